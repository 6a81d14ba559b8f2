export default defineEventHandler(async (event) => ({ session: await requireAuth(event) }))
