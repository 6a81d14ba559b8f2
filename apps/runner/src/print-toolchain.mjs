// Run with the fetched packages on the path: tells the first process where they are.
const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'

console.log(JSON.stringify({ node: process.execPath, pathName, path: process.env[pathName] }))
