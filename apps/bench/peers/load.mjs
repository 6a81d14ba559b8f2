// Stands here so that names resolve among the peers, as an application would import them.
export const load = (name) => import(name)
