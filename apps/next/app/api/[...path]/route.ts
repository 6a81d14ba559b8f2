// Who asks for JSON gets JSON, also at an address that does not exist.
function answerNotFound(): Response {
  const error = { code: 'not_found', message: 'There is no such resource.' }
  return Response.json({ error }, { status: 404 })
}

export {
  answerNotFound as DELETE,
  answerNotFound as GET,
  answerNotFound as PATCH,
  answerNotFound as POST,
  answerNotFound as PUT,
}
