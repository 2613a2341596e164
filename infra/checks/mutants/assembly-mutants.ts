import { parseSync } from "vite"

/** One change to a source text. */
export interface Mutant {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && typeof (value as Node).type === "string"

/** Operators and what each is changed into. */
const OPERATORS: Readonly<Record<string, ReadonlyArray<string>>> = {
  "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="],
  "+": ["-"], "-": ["+"], "*": ["+"], "<<": [">>>"], ">>": ["<<"], ">>>": ["<<"], "&": ["|"], "|": ["&"], "^": ["|"],
  "&&": ["||"], "||": ["&&"], "+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "++": ["--"], "--": ["++"]
}

type Change = (node: Node, text: (one: Node) => string) => ReadonlyArray<string>

/** The operands stay, the operator changes. */
const operators: Change = (node, text) => {
  const { left, right, operator } = node as unknown as { left: Node; right: Node; operator: string }
  return (OPERATORS[operator] ?? []).map((other) => `${text(left)} ${other} ${text(right)}`)
}

const CHANGES: Readonly<Record<string, Change>> = {
  BinaryExpression: (node, text) => operators(node, text).map((changed) => `(${changed})`),
  LogicalExpression: (node, text) => operators(node, text).map((changed) => `(${changed})`),
  AssignmentExpression: operators,
  UpdateExpression: (node, text) => (OPERATORS[node["operator"] as string] ?? []).map((other) => `${text(node["argument"] as Node)}${other}`),
  UnaryExpression: (node, text) => (["!", "-", "~"].includes(node["operator"] as string) ? [`(${text(node["argument"] as Node)})`] : []),
  ConditionalExpression: (node, text) => [`(${text(node["consequent"] as Node)})`, `(${text(node["alternate"] as Node)})`],
  Literal: (node) => (typeof node["value"] === "boolean" ? [String(node["value"] === false)] : typeof node["value"] === "number" ? [String(node["value"] + 1)] : []),
  ExpressionStatement: () => [";"]
}

/** Conditions of statements become true and false. */
const conditionsOf = (node: Node): Array<Mutant> => {
  const { test } = node as unknown as { test: Node | null }
  if (test === null || !["IfStatement", "WhileStatement", "ForStatement", "DoWhileStatement"].includes(node.type)) return []
  const values = node.type === "IfStatement" ? ["true", "false"] : ["false"]
  return values.map((replacement) => ({ start: test.start, end: test.end, replacement }))
}

/** All mutants of an AssemblyScript source: of its expressions and statements, not of types, imports and constants of other files. */
export const mutantsOf = (source: string): Array<Mutant> => {
  // Decorators of functions are AssemblyScript's own; spaces keep every place.
  const { program, errors } = parseSync("assembly.ts", source.replaceAll(/@\w+/g, (name) => " ".repeat(name.length)))
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("; "))
  const text = ({ start, end }: Node): string => source.slice(start, end)
  const found: Array<Mutant> = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk)
    if (!isNode(value) || value.type.startsWith("TS") && value.type !== "TSTypeAssertion" || value.type === "ImportDeclaration") return
    for (const replacement of CHANGES[value.type]?.(value, text) ?? []) found.push({ start: value.start, end: value.end, replacement })
    if ("test" in value) found.push(...conditionsOf(value))
    for (const [key, child] of Object.entries(value)) if (key !== "typeAnnotation" && key !== "typeArguments" && key !== "returnType") walk(child)
  }
  walk(program)
  return found.toSorted((left, right) => left.start - right.start || left.end - right.end)
}
