export default defineEventHandler(async () => ({ users: await fetchUsers() }))
