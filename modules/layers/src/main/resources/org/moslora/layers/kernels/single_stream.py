# The transformer of Z-Image (arXiv:2511.22699): one stream of picture and caption, each refined by itself before. A
# block's plain tensors: norms of query and key heads, before attention, behind it, before the feed-forward, behind it.
# Linears: q, k, v, out, w1, w3, w2, modulation; the last is absent where the time has no say. c [B, width] is the
# time's embedding; `shape` is [heads, head width]. `eps` is that of all norms but the heads', which have 1e-5
# whatever the config says.

from typing import List

import torch
from blocks import Block, Pass, Rows
from torch import Tensor


class Kernels:
  # A norm of a branch that is modulated by 1 + s, or not at all where s has no entries.
  def time_opened(self, n: Tensor, s: Tensor, rows: Rows) -> Tensor:
    if s.numel() == 0:
      return n
    return self.rows_scaled(n, s + 1.0, rows.lengths)

  # What a branch adds, gated by tanh g.
  def time_gated(self, n: Tensor, g: Tensor, rows: Rows) -> Tensor:
    if g.numel() == 0:
      return n
    return self.rows_scaled(n, torch.tanh(g), rows.lengths)

  # [s1, g1, s2, g2], all without entries where there is no modulation.
  def openings(self, m: Tensor) -> List[Tensor]:
    if m.numel() == 0:
      return [m, m, m, m]
    return m.chunk(4, 1)

  # [y, q, k, v, attention, lse, its output, h, gate, up, inner, modulation, …]
  def single_stream_forward(
      self, x: Tensor, block: Block, seed: int, shape: List[int], eps: float, c: Tensor, rows: Rows, timed: bool
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    m = torch.empty([0])
    if self.present(block, 7):
      m = self.linear_few(c, run, 7)
    s1, g1, s2, g2 = self.openings(m)
    n1, r1 = self.rms(x, block.plain[2], eps)
    n1 = self.time_opened(n1, s1, rows)
    q = self.linear(n1, run, 0)
    k = self.linear(n1, run, 1)
    v = self.linear(n1, run, 2)
    qn, rq = self.heads_normed(q, block.plain[0], shape[1], 1e-5)
    kn, rk = self.heads_normed(k, block.plain[1], shape[1], 1e-5)
    qn = self.turned_pairs(qn, rows.cos, rows.sin, 1.0)
    kn = self.turned_pairs(kn, rows.cos, rows.sin, 1.0)
    o, lse = self.attend(qn, kn, v.view([x.size(0), -1, shape[1]]), rows.lengths, False, block.composed)
    a = self.linear(o, run, 3)
    n2, r2 = self.rms(a, block.plain[3], eps)
    h = self.time_gated(n2, g1, rows).add_(x)
    n3, r3 = self.rms(h, block.plain[4], eps)
    n3 = self.time_opened(n3, s2, rows)
    gate = self.linear(n3, run, 4)
    up = self.linear(n3, run, 5)
    f = self.linear(torch.silu(gate).mul_(up), run, 6)
    n4, r4 = self.rms(f, block.plain[5], eps)
    return [self.time_gated(n4, g2, rows).add_(h), q, k, v, o, lse, a, h, gate, up, f, m] + run.bare

  # [dx, dc]; dc where `timed` says so and the block reads the time.
  def single_stream_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, shape: List[int],
      eps: float, c: Tensor, rows: Rows, timed: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.single_stream_forward(x, block, seed, shape, eps, c, rows, timed)[1:]
    q, k, v, o, lse, a, h, gate, up, f, m = saved[:11]
    run = Pass(block, seed, saved[11:])
    none = torch.empty([0])
    s1, g1, s2, g2 = self.openings(m)
    told = m.numel() > 0 and (timed or self.trains(block, 7))
    n4, r4 = self.rms(f, block.plain[5], eps)
    df = self.rms_back(self.time_gated(dy, g2, rows), f, r4, block.plain[5], block.plain_gradients[5])
    dg2 = none
    if told:
      dg2 = self.rows_summed(n4.mul_(dy), rows.lengths)
    sigmoid = torch.sigmoid(gate)
    open = gate * sigmoid
    dm = self.linear_back(df, open * up, none, run, 6, True)
    dgate = (dm * up).mul_(sigmoid.mul_(1.0 - open).add_(open))  # silu' = σ·(1 − g·σ) + g·σ
    dup = open.mul_(dm)
    n3, r3 = self.rms(h, block.plain[4], eps)
    opened = self.time_opened(n3, s2, rows)
    dn3 = self.linear_back(dgate, opened, none, run, 4, True)
    dn3 = self.linear_back(dup, opened, dn3, run, 5, True)
    ds2 = none
    if told:
      ds2 = self.rows_summed(n3 * dn3, rows.lengths)
    dn3 = self.time_opened(dn3, s2, rows)
    dh = self.rms_back(dn3, h, r3, block.plain[4], block.plain_gradients[4]).add_(dy)
    n2, r2 = self.rms(a, block.plain[3], eps)
    da = self.rms_back(self.time_gated(dh, g1, rows), a, r2, block.plain[3], block.plain_gradients[3])
    dg1 = none
    if told:
      dg1 = self.rows_summed(n2.mul_(dh), rows.lengths)
    do = self.linear_back(da, o, none, run, 3, True)
    qn, rq = self.heads_normed(q, block.plain[0], shape[1], 1e-5)
    kn, rk = self.heads_normed(k, block.plain[1], shape[1], 1e-5)
    qn = self.turned_pairs(qn, rows.cos, rows.sin, 1.0)
    kn = self.turned_pairs(kn, rows.cos, rows.sin, 1.0)
    heads = v.view([x.size(0), -1, shape[1]])
    dq, dk, dv = self.attend_back(do, qn, kn, heads, o, lse, rows.lengths, False, block.composed)
    dq = self.turned_pairs(dq.contiguous(), rows.cos, rows.sin, -1.0)
    dk = self.turned_pairs(dk.contiguous(), rows.cos, rows.sin, -1.0)
    dq = self.heads_normed_back(dq, q, rq, block.plain[0], block.plain_gradients[0])
    dk = self.heads_normed_back(dk, k, rk, block.plain[1], block.plain_gradients[1])
    n1, r1 = self.rms(x, block.plain[2], eps)
    opened = self.time_opened(n1, s1, rows)
    below = need or told or block.plain_gradients[2].numel() > 0
    dn1 = self.linear_back(dq, opened, none, run, 0, below)
    dn1 = self.linear_back(dk, opened, dn1, run, 1, below)
    dn1 = self.linear_back(dv.reshape([x.size(0), -1]), opened, dn1, run, 2, below)
    dc = none
    if told:
      ds1 = self.rows_summed(n1 * dn1, rows.lengths)
      t1 = torch.tanh(g1)
      t2 = torch.tanh(g2)
      dm = torch.cat([ds1, dg1 * (1.0 - t1 * t1), ds2, dg2 * (1.0 - t2 * t2)], 1)
      dc = self.linear_back(dm, c, none, run, 7, timed)
    if not below:
      return [none, dc]
    dn1 = self.time_opened(dn1, s1, rows)
    return [self.rms_back(dn1, x, r1, block.plain[2], block.plain_gradients[2]).add_(dh), dc]

  # [x, tokens, …]: latents [B, c, h, w] as rows of the stream, each picture filled up by `more` pad tokens, which are
  # plain tensor 0. Linear 0 embeds a patch.
  def picture_rows_forward(self, z: Tensor, block: Block, seed: int, patch: int, more: int) -> List[Tensor]:
    run = self.begun(block, seed)
    like = self.weight_like(block.weights, 0)
    tokens = self.patched(z.to(like.dtype), patch, True)
    x = self.linear(tokens, run, 0)
    if more > 0:
      x = x.view([z.size(0), -1, x.size(1)])
      pad = block.plain[0].to(x.dtype).view([1, 1, -1]).expand([z.size(0), more, x.size(2)])
      x = torch.cat([x, pad], 1).flatten(0, 1)
    return [x, tokens] + run.bare

  def picture_rows_backward(
      self, dx: Tensor, saved: List[Tensor], block: Block, seed: int, pictures: int, more: int
  ) -> List[Tensor]:
    none = torch.empty([0])
    run = Pass(block, seed, saved[1:])
    if more > 0:
      whole = dx.view([pictures, -1, dx.size(1)])
      own = whole.size(1) - more
      if block.plain_gradients[0].numel() > 0:
        block.plain_gradients[0].add_(whole[:, own:].flatten(0, 1).sum(0).view(block.plain_gradients[0].size()))
      dx = whole[:, :own].reshape([-1, dx.size(1)])
    self.linear_back(dx, saved[0], none, run, 0, False)
    return [none]

  # [e, normed captions, …]: captions, rows [n, width] one after the other, normed by plain tensor 0 and embedded by
  # linear 0, each filled up by `more` pad tokens, which are plain tensor 1.
  def caption_rows_forward(
      self, captions: Tensor, block: Block, seed: int, eps: float, lengths: List[int], more: List[int]
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    n, r = self.rms(captions.to(self.weight_like(block.weights, 0).dtype), block.plain[0], eps)
    e = self.padded_stream(self.linear(n, run, 0), lengths, more)
    at = 0
    for i in range(len(lengths)):
      at = at + lengths[i]
      if more[i] > 0:
        e[at:at + more[i]].copy_(block.plain[1].view([1, -1]).expand([more[i], e.size(1)]))
      at = at + more[i]
    return [e, n] + run.bare

  def caption_rows_backward(
      self, de: Tensor, captions: Tensor, saved: List[Tensor], block: Block, seed: int, eps: float, lengths: List[int],
      more: List[int]
  ) -> List[Tensor]:
    none = torch.empty([0])
    run = Pass(block, seed, saved[1:])
    own, pads = self.parted_streams(de, lengths, more)
    if block.plain_gradients[1].numel() > 0:
      block.plain_gradients[1].add_(pads.sum(0).view(block.plain_gradients[1].size()))
    trained = block.plain_gradients[0].numel() > 0
    dn = self.linear_back(own, saved[0], none, run, 0, trained)
    if trained:
      wide = captions.to(dn.dtype)
      n, r = self.rms(wide, block.plain[0], eps)
      self.rms_back(dn, wide, r, block.plain[0], block.plain_gradients[0])
    return [none]

  # [velocity [B, c, h, w] in float32, picture rows, modulation, …]: linear 0 of the normed picture rows of the stream,
  # the first `count` of each picture's, opened by linear 1 of the activated time.
  def velocity_forward(
      self, x: Tensor, block: Block, seed: int, c: Tensor, rows: Rows, count: int, size: List[int], patch: int
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    own = self.parted_streams(x, self.same(count, rows), [length - count for length in rows.lengths])[0]
    s = self.linear_few(torch.silu(c), run, 1)
    n, mean, r = self.bare_norm(own, 1e-06)
    out = self.linear(self.rows_scaled(n, s + 1.0, self.same(count, rows)), run, 0)
    return [self.unpatched(out, size, patch, True).to(torch.float32).neg_(), own, s] + run.bare

  # [dx, dc], dc where `timed` says so.
  def velocity_backward(
      self, dv: Tensor, saved: List[Tensor], block: Block, seed: int, c: Tensor, rows: Rows, count: int, patch: int,
      timed: bool
  ) -> List[Tensor]:
    none = torch.empty([0])
    own, s = saved[:2]
    run = Pass(block, seed, saved[2:])
    counts = self.same(count, rows)
    dout = self.patched(dv.neg().to(own.dtype), patch, True)
    n, mean, r = self.bare_norm(own, 1e-06)
    dn = self.linear_back(dout, self.rows_scaled(n, s + 1.0, counts), none, run, 0, True)
    dc = none
    if timed or self.trains(block, 1):
      ds = self.rows_summed(n * dn, counts)
      dc = self.linear_back(ds, torch.silu(c), none, run, 1, timed)
      if timed:
        dc = torch.silu_backward(dc, c)
    down = self.bare_norm_back(self.rows_scaled(dn, s + 1.0, counts), own, mean, r)
    return [self.padded_stream(down, counts, [length - count for length in rows.lengths]), dc]

  # One number for each picture.
  def same(self, count: int, rows: Rows) -> List[int]:
    return [count for length in rows.lengths]
