using Pynomaly.Identity.Server.Commands;

return await CommandLine.RunAsync(args);
