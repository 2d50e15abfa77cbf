import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byLetter, hueOf, hues, letterOf } from './letters.ts'
import { Roster, type OpenTab } from './roster.ts'

function tab(id: string, letter: string, fields: Partial<OpenTab> = {}): OpenTab {
  return { id, letter, status: 'active', generation: 1, calling: false, ...fields }
}

test('tabs are named as columns are', () => {
  assert.deepEqual([0, 1, 25, 26, 27, 51, 52, 701, 702].map(letterOf), ['A', 'B', 'Z', 'AA', 'AB', 'AZ', 'BA', 'ZZ', 'AAA'])
})

test('neighbors differ in color, and so do the first eight', () => {
  const colors = Array.from({ length: 60 }, (_, index) => hueOf(letterOf(index)))
  assert.equal(new Set(colors.slice(0, hues)).size, hues)
  for (const [index, color] of colors.entries()) {
    assert.ok(color >= 0 && color < hues)
    assert.notEqual(color, colors[index + 1])
  }
})

test('names sort in the order in which they are given', () => {
  const letters = Array.from({ length: 30 }, (_, index) => ({ letter: letterOf(index) }))
  assert.deepEqual([...letters].reverse().sort(byLetter), letters)
})

test('a tab that tells how it stands is there once, as it stands now', () => {
  const roster = new Roster()
  roster.hear(tab('2', 'B'))
  roster.hear(tab('1', 'A'))
  roster.hear(tab('2', 'B', { status: 'refreshing', calling: true }))
  assert.deepEqual(roster.tabs, [tab('1', 'A'), tab('2', 'B', { status: 'refreshing', calling: true })])
  assert.deepEqual(roster.forget('1'), tab('1', 'A'))
  assert.equal(roster.forget('1'), undefined)
  assert.deepEqual(roster.tabs.map(({ id }) => id), ['2'])
})

test('a new tab with the letter of another takes its place', () => {
  const roster = new Roster()
  assert.equal(roster.hear(tab('1', 'A')), undefined)
  assert.deepEqual(roster.hear(tab('2', 'A')), tab('1', 'A'))
  assert.equal(roster.has('1'), false)
  assert.deepEqual(roster.tabs, [tab('2', 'A')])
})
