/** The `fetch` for requests to the authorization server: the global one of the moment. */
export const providerFetch: typeof fetch = (input, init) => fetch(input, init)
