/** Markup that is safe to send: every value in it was escaped. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Value = Html | string | number | boolean | null | undefined | readonly Value[]

/**
 * Builds markup; values are escaped unless they are markup themselves. Lists are joined, and `false`,
 * `null` and `undefined` are left out.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)))
}

function render(value: Value): string {
  if (value instanceof Html) return value.text
  if (isList(value)) return value.map(render).join('')
  if (value === undefined || value === null || value === false) return ''
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// Array.isArray alone does not narrow a readonly array.
function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
