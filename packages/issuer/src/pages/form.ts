import { html, type Html } from './html.ts'

/** A labeled input. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text'
  readonly autocomplete: string
  readonly value?: string
  readonly isFocused?: boolean
  /** Whether what is wrong on the page is wrong with this. */
  readonly isInvalid?: boolean
}

const problemId = 'problem'
const cancelId = 'cancel'

/** Says what is wrong, and is read aloud; inputs that are invalid refer to it. */
export function problem(error: string | undefined): Html {
  if (error === undefined) return html``
  return html`<p class="problem" id="${problemId}" role="alert">${error}</p>`
}

/** An input with its label, in need of a value. */
export function field(input: Field): Html {
  const { name, label, type, autocomplete, value, isFocused = false, isInvalid = false } = input
  return html`<div>
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      ${value !== undefined && html`value="${value}"`}
      ${isFocused && html`autofocus`}
      ${isInvalid && html`aria-invalid="true" aria-describedby="${problemId}"`}
      required
    />
  </div>`
}

/**
 * The buttons of a form. What sends it comes first, as Enter presses the first; the one that cancels
 * belongs to {@link cancelForm}, so it sends nothing that was entered.
 */
export function actions(label: string): Html {
  return html`<p class="actions"><button>${label}</button> ${cancelButton}</p>`
}

/** Gives up what the page is for. */
export const cancelButton: Html = html`<button
  class="quiet"
  form="${cancelId}"
  name="action"
  value="cancel"
>
  Cancel
</button>`

/** Goes after the form of the page. */
export const cancelForm: Html = html`<form id="${cancelId}" method="post"></form>`
