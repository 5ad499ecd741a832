using System.Text;
using Shop.Demo;

Console.OutputEncoding = Encoding.UTF8;
return await DemoCommand.RunAsync(args, Console.Out, Console.Error);
