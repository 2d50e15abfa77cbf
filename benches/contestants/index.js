import axiosAuthRefresh, { inParallel } from './axios-auth-refresh.js'
import badgateway from './badgateway.js'
import bare from './bare.js'
import fetchExtras from './fetch-extras.js'
import ky from './ky.js'
import { bearer, cookies } from './ours.js'
import supertokens from './supertokens.js'
import wretch from './wretch.js'

/**
 * Who is measured, each set up as its own documentation says.
 *
 * A contestant has a `name`, and `create(stage)`, which gives what sends requests: `get(url)`, `post(url, json)`, and
 * `request(request)` where it takes a `Request`. Each resolves to something with a `status`, or rejects with an error
 * whose `response` has one. `stage` says where it plays: `origin`, the `base` of its own endpoints, the `tokens` of a
 * sign-in, whether it is to have three `interceptors`, and whether the platform's `fetch` is `stubbed`. `lacks` are the
 * cases that it has nothing for, `onlyIn` the environment without which it cannot run, `onlyFor` the measurements that it
 * takes part in if not in all; `byCookies` says that nothing comes of its refreshes where nobody keeps cookies.
 */
export const contestants = [
  bare,
  cookies,
  bearer,
  fetchExtras,
  ky,
  axiosAuthRefresh,
  inParallel,
  badgateway,
  supertokens,
  wretch,
]

export const named = (name) => contestants.find((contestant) => contestant.name === name)

export { bare, bearer, cookies as ours, fetchExtras }
