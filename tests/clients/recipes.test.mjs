import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unpack } from '../e2e/harness/packed.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const page = await readFile(new URL('../../docs/recipes.md', import.meta.url), 'utf8')
const recipes = (await readdir(join(here, 'recipes'))).filter((name) => name.endsWith('.ts'))

/** The blocks of the page, by the file that each is said to be. */
const blocks = new Map(
  [...page.matchAll(/(?:<!-- tests\/clients\/recipes\/(\S+) -->\n\n)?```\w*\n(.*?)```/gs)].map(
    ([, name = 'a file that it does not name', text]) => [name, text],
  ),
)

test('docs/recipes.md has all code that is tested, and no other', () => {
  assert.deepEqual([...blocks.keys()].sort(), recipes.sort())
})

for (const name of recipes) {
  test(`docs/recipes.md has the recipe ${name} as it is tested`, async () => {
    assert.equal(blocks.get(name), await readFile(join(here, 'recipes', name), 'utf8'))
  })
}

/** The last two cells of the table of errors, by the driver that its first links to. */
const cells = new Map(
  [...page.matchAll(/^\| \[.+\]\(\S+\/drivers\/(\S+)\) \|.*\| `(.+)` \| `(.+)` \|$/gm)].map(
    ([, driver, status, isUnavailable]) => [driver, { status, isUnavailable }],
  ),
)

for (const name of await readdir(join(here, 'drivers'))) {
  const source = await readFile(join(here, 'drivers', name), 'utf8')
  const expression = (member) => source.match(new RegExp(`^ *${member}: \\(\\w+\\) => (.*),$`, 'm'))?.[1]
  if (!expression('status')) continue
  test(`docs/recipes.md reads the errors as ${name} does`, () => {
    const tested = { status: expression('status'), isUnavailable: expression('isUnavailable') }
    assert.deepEqual(cells.get(name), tested)
  })
}

test('the recipes compile against the types of the package', async (t) => {
  const packed = await unpack()
  t.after(() => packed.remove())
  const project = join(packed.folder, '..', 'tsconfig.json')
  const config = {
    extends: join(here, 'tsconfig.json'),
    compilerOptions: { paths: { 'oauth-refresh-wasm': [packed.folder] } },
    include: ['recipes', 'drivers'].map((folder) => join(here, folder)),
  }
  await writeFile(project, JSON.stringify(config))
  const compiler = join(here, 'node_modules/typescript/bin/tsc')
  const complaints = await promisify(execFile)(process.execPath, [compiler, '--project', project]).then(
    () => '',
    ({ stdout }) => stdout,
  )
  assert.equal(complaints, '')
})
