/** Makes a function that gives the value it gave before for as long as an equal one comes. */
export function createKeeper<Value>(): (value: Value) => Value {
  let kept: { readonly value: Value; readonly text: string | undefined } | undefined
  return (value) => {
    if (kept && Object.is(kept.value, value)) return kept.value
    const text = JSON.stringify(value)
    if (kept === undefined || kept.text !== text) kept = { value, text }
    return kept.value
  }
}
