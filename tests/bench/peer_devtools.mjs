// How long Chrome's DevTools take to load a .heapsnapshot, the best of two, as JSON:
//   node peer_devtools.mjs FILE        with DEVTOOLS as in tests/support/devtools.mjs
import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.env.DEVTOOLS + '/'))
const { parse } = await import(pathToFileURL(require.resolve('heap-snapshot-toolkit')))
let best = Infinity
let root = 0
for (let i = 0; i < 2; ++i) {
  const start = performance.now()
  const snapshot = await parse(createReadStream(process.argv[2], 'utf-8'))
  best = Math.min(best, (performance.now() - start) / 1000)
  root = snapshot.rootNode().retainedSize()
}
console.log(JSON.stringify({ devtools_load: best, devtools_retained: root }))
