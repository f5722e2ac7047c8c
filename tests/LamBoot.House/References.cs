using System.Reflection;
using System.Reflection.Emit;

namespace LamBoot.House;

/// <summary>Our types that a type refers to, in its members' signatures and in their code.</summary>
internal static class References
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Static
        | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>Whether a type is ours, and not generated.</summary>
    public static bool IsOurs(Type type) => type.Namespace?.StartsWith("LamBoot", StringComparison.Ordinal) == true;

    /// <summary>The outermost declaring type: lambdas, iterators and nested types count as part of it.</summary>
    public static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>The types that a type refers to.</summary>
    public static IEnumerable<Type> Of(Type type) => Raw(type).SelectMany(Parts).Where(IsOurs).Distinct();

    private static IEnumerable<Type?> Raw(Type type) =>
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetFields(Declared).Select(field => field.FieldType),
            .. type.GetConstructors(Declared).SelectMany(OfMethod),
            .. type.GetMethods(Declared).SelectMany(OfMethod),
        ];

    private static IEnumerable<Type?> OfMethod(MethodBase method) =>
        [
            (method as MethodInfo)?.ReturnType,
            .. method.GetParameters().Select(parameter => parameter.ParameterType),
            .. method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [],
            .. Members(method).SelectMany(OfMember),
        ];

    private static IEnumerable<Type?> OfMember(MemberInfo member) =>
        member is MethodBase { IsGenericMethod: true } method
            ? [member.DeclaringType, .. method.GetGenericArguments()]
            : [member as Type ?? member.DeclaringType];

    /// <summary>The types that make up a type: the arguments of a generic one, and the element type of an array or pointer.</summary>
    private static IEnumerable<Type> Parts(Type? type) =>
        type is null || type.IsGenericParameter ? []
        : type.HasElementType ? Parts(type.GetElementType())
        : type.IsGenericType ? [type.GetGenericTypeDefinition(), .. type.GetGenericArguments().SelectMany(Parts)]
        : [type];

    /// <summary>The members named in a method's instructions.</summary>
    private static List<MemberInfo> Members(MethodBase method)
    {
        List<MemberInfo> members = [];
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] typeArguments = method.DeclaringType is { IsGenericType: true } generic
            ? generic.GetGenericArguments()
            : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < code.Length; )
        {
            bool isLong = code[at] == 0xfe;
            OpCode instruction = OpCodesByValue[isLong ? (short)(0xfe00 | code[at + 1]) : code[at]];
            at += isLong ? 2 : 1;
            if (
                instruction.OperandType
                is OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineType
                    or OperandType.InlineTok
            )
            {
                members.Add(
                    method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!
                );
            }

            at += Length(instruction.OperandType, code, at);
        }

        return members;
    }

    private static int Length(OperandType operand, byte[] code, int at) =>
        operand switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
            _ => 4,
        };
}
