using SchemaVersions;

Console.WriteLine("Schema versions: a contract grows, and nobody has to move at the same time.");
Console.WriteLine();
var expect = new Expectations();
await SideBySide.RunAsync(expect);
await Migration.RunAsync(expect);
Review.Run(expect);
Console.WriteLine(expect.Held ? "All of it held." : "Something did not hold.");
return expect.Held ? 0 : 1;
