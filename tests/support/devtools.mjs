// Loads .heapsnapshot files as Chrome's DevTools do and prints what they show, as JSON:
//   node devtools.mjs FILE         {nodes: [[id, class, self size, retained size], ...], root}
//   node devtools.mjs OLD NEW      the Comparison view: {class: [added, removed]}
import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.env.DEVTOOLS + '/'))
const { parse, diff } = await import(pathToFileURL(require.resolve('heap-snapshot-toolkit')))
const load = (path) => parse(createReadStream(path, 'utf-8'))

const [first, second] = process.argv.slice(2)
const snapshot = await load(first)
let shown
if (second === undefined) {
  const nodes = []
  for (let at = snapshot.allNodes(); at.hasNext(); at.next()) {
    const node = at.item()
    nodes.push([node.id(), node.className(), node.selfSize(), node.retainedSize()])
  }
  shown = { nodes, root: snapshot.rootNode().retainedSize() }
} else {
  const classes = await diff(snapshot, await load(second))
  shown = Object.fromEntries(Object.values(classes)
    .map(({ name, addedCount, removedCount }) => [name, [addedCount, removedCount]]))
}
process.stdout.write(JSON.stringify(shown))
