namespace Pipelines.Sockets.Unofficial;

/// <summary>The peer, or something on the way to it, broke the connection off.</summary>
public class ConnectionResetException : IOException
{
    /// <summary>Creates the exception with the default message.</summary>
    public ConnectionResetException()
        : this("The connection was reset.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public ConnectionResetException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public ConnectionResetException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
