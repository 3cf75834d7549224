using System.Reflection;

// Runs a compiled snippet beside the packages that it asks for: the first argument is its assembly, the others are its own.
var entry = Assembly.LoadFrom(args[0]).EntryPoint!;
return entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [args[1..]]) is int status ? status : 0;
