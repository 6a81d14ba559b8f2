/**
 * The text of a `.env`: the demo's example with values in the place of its own. Names that the example
 * does not have are left out, because the demo does not read them.
 */
export function fillEnvironment(example: string, values: Readonly<Record<string, string>>): string {
  const body = example.replace(/^# Copy to \.env and fill in\.(\n| )/, (_, end) =>
    end === '\n' ? '' : '# ',
  )
  return body.replaceAll(/^([A-Z_][A-Z0-9_]*)=.*$/gm, (line, name: string) =>
    Object.hasOwn(values, name) ? `${name}=${values[name]}` : line,
  )
}
