/** Attributes by name; `onclick` and `onsubmit` take a function. */
type Attributes = Readonly<Record<string, string | ((event: Event) => void)>>

/** Makes an element. What is in it is text, never markup, so nothing in it can be a script. */
export function element(
  name: string,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string') made.setAttribute(key, value)
    else made.addEventListener(key.replace(/^on/, ''), value)
  }
  made.append(...children)
  return made
}
