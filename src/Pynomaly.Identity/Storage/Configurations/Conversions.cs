using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Storage.Configurations;

/// <summary>Times as Unix milliseconds: SQLite has no type to compare them by, and one form serves both databases.</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));

/// <summary>Lists and records as JSON text.</summary>
internal sealed class JsonText<T>() : ValueConverter<T, string>(
    value => JsonSerializer.Serialize(value, typeof(T), StorageJson.Default), text => (T)JsonSerializer.Deserialize(text, typeof(T), StorageJson.Default)!);

/// <summary>Change detection of JSON columns: by their text.</summary>
internal sealed class JsonEquality<T>() : ValueComparer<T>(
    (a, b) => JsonSerializer.Serialize(a, typeof(T), StorageJson.Default) == JsonSerializer.Serialize(b, typeof(T), StorageJson.Default),
    value => JsonSerializer.Serialize(value, typeof(T), StorageJson.Default).GetHashCode(StringComparison.Ordinal),
    value => (T)JsonSerializer.Deserialize(JsonSerializer.Serialize(value, typeof(T), StorageJson.Default), typeof(T), StorageJson.Default)!);

/// <summary>Source-generated JSON of what the database keeps as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientMetadata))]
[JsonSerializable(typeof(List<ClientSecret>))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class StorageJson : JsonSerializerContext;
