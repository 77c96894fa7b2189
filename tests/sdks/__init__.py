"""The matrix: SDK x reply x {body, stream, stream helper} x {sync, asyncio, trio}, and the SDK is the judge.

To add an SDK, add one file, `askings/<its name>.py`; nothing else. It has:

- A class from `Asking`. `name`; `completed(client, form, **request)` asks once and gives the SDK's own answer (of a stream: what
  the SDK, or its accumulator, makes of all events); `said(completion)` puts that into a `Said`, in no SDK's words;
  `opened(client)` gives a raw stream and `text(event)` the text of one of its events; `finishes` maps our finish reasons to the
  provider's words, None for one that its wire cannot say; `failures` maps statuses to what the SDK raises, and `failure(raised)`
  tells that of an exception; `once(client)` is the client without retries.
- Where they differ from the usual: `forms` (an SDK without a helper leaves it out), `cannot` (the names of `cases.REPLIES` that
  the wire refuses with `CannotSay`), `tells` (what the SDK tells of id, model, usage and tool ids), `cut(finish, form)` (what the
  SDK raises for such an end), and `replies`: more cases, for the parts that not every wire has (thinking, refusals, media ...).
- `CLIENTS`: the name of each client, and its `Client(asking, sync maker, async maker, ways)`. The first hears every reply, the
  others (another host, another HTTP library) some. `ways` leaves "trio" out where the HTTP library knows asyncio alone; a maker
  that is None leaves its ways out.

The file is read where its SDK is installed, and left out where it is not. Every client of it is then in each test of
`test_matrix`. What only the SDKs of Stainless's make have (raw responses, options) stands in `test_ways_of_asking`.
"""
