// Prints a line "NAME LINE: TEXT" for each file that the grammar cannot read.
// Usage: node psparse.mjs FOLDER FILE...
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const [folder, ...files] = process.argv.slice(2)
const require = createRequire(join(resolve(folder), 'x.js'))
const { Parser, Language } = require('web-tree-sitter')
await Parser.init()
const parser = new Parser()
parser.setLanguage(await Language.load(join(resolve(folder), 'node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm')))

const firstError = n => {
  if (n.isError || n.isMissing) return n
  for (const c of n.children) {
    const e = c.hasError || c.isMissing || c.isError ? firstError(c) : null
    if (e) return e
  }
  return null
}
for (const f of files) {
  const text = readFileSync(f, 'utf8')
  const root = parser.parse(text).rootNode
  if (!root.hasError) continue
  const e = firstError(root)
  const row = e ? e.startPosition.row : 0
  console.log(`${basename(f)} ${row + 1}: ${text.split('\n')[row]}`)
}
