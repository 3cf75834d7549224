using Pynomaly.Identity.Server;

return await ServerHost.RunAsync(args);
