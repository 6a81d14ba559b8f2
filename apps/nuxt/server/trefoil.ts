// What only code can say: where `event.context.auth.fetch` may take an access token.
export default defineTrefoilOptions(() => ({ apiOrigins: [readApiUrl()] }))
