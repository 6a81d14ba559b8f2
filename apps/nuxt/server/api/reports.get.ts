export default defineEventHandler(async (event) => {
  await requireAuth(event, { permissions: ['read:reports'] })
  return { reports: await fetchReports(event) }
})
