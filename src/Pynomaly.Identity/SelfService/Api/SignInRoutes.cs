using Pynomaly.Identity.Api;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.SelfService.Api;

/// <summary>Operations on the password and the e-mail address. What a mail's link ends is ended on its page: the address is proven by whoever opens it, signed in.</summary>
internal sealed class SignInRoutes(PasswordChange password, EmailChange email, EmailVerification verification, Confirmation confirmation, ServerOptions options)
{
    private bool HasMail => options.Mail.Delivery != "Off";

    /// <summary>The operations.</summary>
    public IReadOnlyList<ApiRoute> Routes =>
    [
        new("POST", "/password", "changePassword", "Sets a new password: by the current one, or without it by a token of a sign-in of a moment ago. Ends other sessions and all grants, this token's too.", ChangePasswordAsync)
        {
            Takes = ApiSchema.Object("current?:string password:string"),
        },
        new("POST", "/email", "changeEmail", "Sends a link to a new address. The person opens it where they are signed in; then the address is changed. One answer, whether another account has the address or not.", ChangeEmailAsync)
        {
            IsSensitive = true, Takes = ApiSchema.Object("email:email"),
        },
        new("POST", "/email/verification", "verifyEmail", "Sends a link that proves the address there is.", VerifyEmailAsync) { MayConflict = true },
    ];

    private async Task<ApiAnswer> ChangePasswordAsync(ApiCall call)
    {
        var body = await call.ReadAsync("current", "password");
        var (current, wanted) = (ApiCall.Find(body, "current"), ApiCall.Require(body, "password"));
        if (string.IsNullOrEmpty(current)) await confirmation.RequireAsync(call.Session, call.Stop);
        return await password.ChangeAsync(call.Context, call.Session, current, wanted, call.Stop) switch
        {
            PasswordChangeResult.Changed => ApiAnswer.Done,
            PasswordChangeResult.Refused refused => throw ApiProblem.Invalid(("password", refused.Problem.Code, refused.Problem.Message)),
            PasswordChangeResult.WrongPassword => throw ApiProblem.Invalid(("current", "wrong", "This is not the current password, or there were too many wrong ones")),
            PasswordChangeResult.Busy => throw ProtocolException.TemporarilyUnavailable(),
            _ => throw FactorRoutes.TooOld(),
        };
    }

    private async Task<ApiAnswer> ChangeEmailAsync(ApiCall call)
    {
        var address = ApiCall.Require(await call.ReadAsync("email"), "email");
        if (AccountNames.ExamineAddress(address.Trim(' ')) is { } problem) throw ApiProblem.Invalid(("email", problem.Code, $"The address {problem.Message}"));
        if (!HasMail) throw NoMail();
        return await email.BeginAsync(call.Context, call.Session, address, call.Stop) ? ApiAnswer.Done : throw FactorRoutes.TooOld();
    }

    private async Task<ApiAnswer> VerifyEmailAsync(ApiCall call)
    {
        if (call.Account is not { Email: not null, EmailVerified: false }) throw ApiProblem.Conflict("There is no address that is not proven");
        return HasMail ? await verification.BeginAsync(call.Context, call.Session, call.Stop) is LinkResult.Throttled later ? throw ProtocolException.TooManyRequests(later.RetryAfterSeconds) : ApiAnswer.Done : throw NoMail();
    }

    private static ApiProblem NoMail() => ApiProblem.Unavailable("This server sends no e-mail");
}
