# The transformer of FLUX.2: double blocks, in which text and picture have weights of their own and attend together,
# then single blocks over both. All blocks of a kind are modulated by the same numbers, `m` [B, 6·width] or [B,
# 3·width]. Rows of a picture are `text` rows of its text, then those of the picture itself; `shape` is [heads, head
# width].

from typing import List, Tuple

import torch
from blocks import Block, Pass, Rows
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # Layer norm without weights, moved by one part of a modulation: shift `i`, scale `i + 1`.
  def time_moved(self, x: Tensor, m: List[Tensor], i: int, lengths: List[int]) -> Tensor:
    n, mean, r = self.bare_norm(x, 1e-06)
    return self.rows_shifted_(self.rows_scaled(n, m[i + 1] + 1.0, lengths), m[i], lengths)

  # The gradient of x; those of shift and scale go into dm at i and i + 1 where `told` says so.
  def time_moved_back(
      self, dy: Tensor, x: Tensor, m: List[Tensor], dm: List[Tensor], i: int, lengths: List[int], told: bool
  ) -> Tensor:
    n, mean, r = self.bare_norm(x, 1e-06)
    if told:
      dm[i] = self.rows_summed(dy, lengths)
      dm[i + 1] = self.rows_summed(n.mul_(dy), lengths)
    return self.bare_norm_back(self.rows_scaled(dy, m[i + 1] + 1.0, lengths), x, mean, r)

  # h + gate·x, part i of a modulation being the gate
  def plus_gated(self, h: Tensor, x: Tensor, m: List[Tensor], i: int, lengths: List[int]) -> Tensor:
    return self.rows_scaled(x, m[i], lengths).add_(h)

  # The gradient of x; that of the gate goes into dm at i.
  def plus_gated_back(
      self, dy: Tensor, x: Tensor, m: List[Tensor], dm: List[Tensor], i: int, lengths: List[int], told: bool
  ) -> Tensor:
    if told:
      dm[i] = self.rows_summed(x * dy, lengths)
    return self.rows_scaled(dy, m[i], lengths)

  # silu(a)·b of [a; b]
  def swish_gated(self, inner: Tensor) -> Tensor:
    a, b = inner.chunk(2, 1)
    return torch.silu(a).mul_(b)

  def swish_gated_back(self, dy: Tensor, inner: Tensor) -> Tensor:
    a, b = inner.chunk(2, 1)
    return torch.cat([torch.silu_backward(dy * b, a.contiguous()), torch.silu(a).mul_(dy)], 1)

  # Queries or keys of a stream [n, heads·d], each head normed by plain tensor i: [n, heads, d]
  def stream_heads(self, x: Tensor, block: Block, i: int, shape: List[int]) -> Tensor:
    y, r = self.heads_normed(x, block.plain[i], shape[1], 1e-06)
    return y

  def stream_heads_back(self, dy: Tensor, x: Tensor, block: Block, i: int, shape: List[int]) -> Tensor:
    y, r = self.heads_normed(x, block.plain[i], shape[1], 1e-06)
    return self.heads_normed_back(dy, x, r, block.plain[i], block.plain_gradients[i])

  # Rows of the text and of the picture itself in each picture.
  def stream_lengths(self, rows: Rows, text: int) -> Tuple[List[int], List[int]]:
    return ([text for length in rows.lengths], [length - text for length in rows.lengths])

  # What text and picture attend with, as one stream [n, heads, d].
  def joint_heads(self, e: Tensor, p: Tensor, block: Block, i: int, shape: List[int], rows: Rows, text: int) -> Tensor:
    ts, ps = self.stream_lengths(rows, text)
    ne = self.stream_heads(e, block, i + 2, shape).flatten(1)
    np = self.stream_heads(p, block, i, shape).flatten(1)
    x = self.joined_streams(ne, np, ts, ps)[0].view([-1, shape[0], shape[1]])
    return self.turned_pairs(x, rows.cos, rows.sin, 1.0)

  # [de, dp] from the gradient of what joint_heads makes.
  def joint_heads_back(
      self, dx: Tensor, e: Tensor, p: Tensor, block: Block, i: int, shape: List[int], rows: Rows, text: int
  ) -> List[Tensor]:
    ts, ps = self.stream_lengths(rows, text)
    dn = self.turned_pairs(dx.contiguous(), rows.cos, rows.sin, -1.0).flatten(1)
    de, dp = self.parted_streams(dn, ts, ps)
    return [self.stream_heads_back(de, e, block, i + 2, shape), self.stream_heads_back(dp, p, block, i, shape)]

  # A double block. Plain tensors: norms of the picture's queries and keys, of the text's. Linears: the picture's q, k,
  # v, out, those of the text, the picture's two of the feed-forward part, the text's. `mi` and `mt` modulate picture
  # and text. [y, q, k, v of the text, of the picture, attention, lse, outputs, h, inner, fed of text and picture, …]
  def flux2_double_forward(
      self, x: Tensor, block: Block, seed: int, shape: List[int], mi: Tensor, mt: Tensor, rows: Rows, text: int,
      timed: bool
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    ts, ps = self.stream_lengths(rows, text)
    e, p = self.parted_streams(x, ts, ps)
    m = mi.chunk(6, 1)
    t = mt.chunk(6, 1)
    np = self.time_moved(p, m, 0, ps)
    ne = self.time_moved(e, t, 0, ts)
    qp = self.linear(np, run, 0)
    kp = self.linear(np, run, 1)
    vp = self.linear(np, run, 2)
    qe = self.linear(ne, run, 4)
    ke = self.linear(ne, run, 5)
    ve = self.linear(ne, run, 6)
    q = self.joint_heads(qe, qp, block, 0, shape, rows, text)
    k = self.joint_heads(ke, kp, block, 1, shape, rows, text)
    v = self.joined_streams(ve, vp, ts, ps)[0].view([-1, shape[0], shape[1]])
    o, lse = self.attend(q, k, v, rows.lengths, False, block.composed)
    oe, op = self.parted_streams(o, ts, ps)
    ap = self.linear(op, run, 3)
    ae = self.linear(oe, run, 7)
    hp = self.plus_gated(p, ap, m, 2, ps)
    he = self.plus_gated(e, ae, t, 2, ts)
    ip = self.linear(self.time_moved(hp, m, 3, ps), run, 8)
    ie = self.linear(self.time_moved(he, t, 3, ts), run, 10)
    fp = self.linear(self.swish_gated(ip), run, 9)
    fe = self.linear(self.swish_gated(ie), run, 11)
    yp = self.plus_gated(hp, fp, m, 5, ps)
    ye = self.plus_gated(he, fe, t, 5, ts)
    y = self.joined_streams(ye, yp, ts, ps)[0]
    return [y, qe, ke, ve, qp, kp, vp, o, lse, ae, ap, he, hp, ie, ip, fe, fp] + run.bare

  # The gradient of a stream's h from that of its y: back through its feed-forward part, linears i and i + 1.
  def fed_back(
      self, dy: Tensor, h: Tensor, inner: Tensor, fed: Tensor, m: List[Tensor], dm: List[Tensor], run: Pass, i: int,
      lengths: List[int], told: bool
  ) -> Tensor:
    none = torch.empty([0])
    df = self.plus_gated_back(dy, fed, m, dm, 5, lengths, told)
    dg = self.linear_back(df, self.swish_gated(inner), none, run, i + 1, True)
    dn = self.linear_back(self.swish_gated_back(dg, inner), self.time_moved(h, m, 3, lengths), none, run, i, True)
    return self.time_moved_back(dn, h, m, dm, 3, lengths, told).add_(dy)

  # The gradient of a stream's x from those of its q, k, v, which linears i to i + 2 make, and of its h.
  def heads_back(
      self, dqkv: List[Tensor], dh: Tensor, x: Tensor, m: List[Tensor], dm: List[Tensor], run: Pass, i: int,
      lengths: List[int], told: bool, need: bool
  ) -> Tensor:
    n = self.time_moved(x, m, 0, lengths)
    dn = torch.empty([0])
    for j in range(3):
      dn = self.linear_back(dqkv[j], n, dn, run, i + j, need or told)
    if not (need or told):
      return dn
    return self.time_moved_back(dn, x, m, dm, 0, lengths, told).add_(dh)

  # [dx, dmi, dmt], the last two where `timed` says so.
  def flux2_double_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, shape: List[int],
      mi: Tensor, mt: Tensor, rows: Rows, text: int, timed: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.flux2_double_forward(x, block, seed, shape, mi, mt, rows, text, timed)[1:]
    qe, ke, ve, qp, kp, vp, o, lse, ae, ap, he, hp, ie, ip, fe, fp = saved[:16]
    run = Pass(block, seed, saved[16:])
    none = torch.empty([0])
    ts, ps = self.stream_lengths(rows, text)
    e, p = self.parted_streams(x, ts, ps)
    m = mi.chunk(6, 1)
    t = mt.chunk(6, 1)
    dm = [none for part in m]
    dt = [none for part in t]
    dye, dyp = self.parted_streams(dy, ts, ps)
    dhp = self.fed_back(dyp, hp, ip, fp, m, dm, run, 8, ps, timed)
    dhe = self.fed_back(dye, he, ie, fe, t, dt, run, 10, ts, timed)
    oe, op = self.parted_streams(o, ts, ps)
    dop = self.linear_back(self.plus_gated_back(dhp, ap, m, dm, 2, ps, timed), op, none, run, 3, True)
    doe = self.linear_back(self.plus_gated_back(dhe, ae, t, dt, 2, ts, timed), oe, none, run, 7, True)
    q = self.joint_heads(qe, qp, block, 0, shape, rows, text)
    k = self.joint_heads(ke, kp, block, 1, shape, rows, text)
    v = self.joined_streams(ve, vp, ts, ps)[0].view([-1, shape[0], shape[1]])
    do = self.joined_streams(doe, dop, ts, ps)[0]
    dq, dk, dv = self.attend_back(do, q, k, v, o, lse, rows.lengths, False, block.composed)
    dqs = self.joint_heads_back(dq, qe, qp, block, 0, shape, rows, text)
    dks = self.joint_heads_back(dk, ke, kp, block, 1, shape, rows, text)
    dvs = self.parted_streams(dv.reshape([x.size(0), -1]), ts, ps)
    dp = self.heads_back([dqs[1], dks[1], dvs[1]], dhp, p, m, dm, run, 0, ps, timed, need)
    de = self.heads_back([dqs[0], dks[0], dvs[0]], dhe, e, t, dt, run, 4, ts, timed, need)
    dx = none
    if need:
      dx = self.joined_streams(de, dp, ts, ps)[0]
    if timed:
      return [dx, torch.cat(dm, 1), torch.cat(dt, 1)]
    return [dx, none, none]

  # A single block. Plain tensors: norms of queries and keys. Linears: q, k, v and the feed-forward part's way in,
  # together; attention's and that part's way out, together. [y, way in, attention, lse, way out, …]
  def flux2_single_forward(
      self, x: Tensor, block: Block, seed: int, shape: List[int], m: Tensor, rows: Rows, timed: bool
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    parts = m.chunk(3, 1)
    z = self.linear(self.time_moved(x, parts, 0, rows.lengths), run, 0)
    q, k, v, inner = self.single_parts(z, block, shape, rows)
    o, lse = self.attend(q, k, v, rows.lengths, False, block.composed)
    out = self.linear(torch.cat([o, self.swish_gated(inner)], 1), run, 1)
    return [self.plus_gated(x, out, parts, 2, rows.lengths), z, o, lse, out] + run.bare

  # [q, k, v] as attention takes them, and the feed-forward part's way in.
  def single_parts(
      self, z: Tensor, block: Block, shape: List[int], rows: Rows
  ) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    width = shape[0] * shape[1]
    q = self.stream_heads(z[:, :width].contiguous(), block, 0, shape)
    k = self.stream_heads(z[:, width:2 * width].contiguous(), block, 1, shape)
    v = z[:, 2 * width:3 * width].reshape([-1, shape[0], shape[1]])
    q = self.turned_pairs(q, rows.cos, rows.sin, 1.0)
    return (q, self.turned_pairs(k, rows.cos, rows.sin, 1.0), v, z[:, 3 * width:])

  # [dx, dm], the last where `timed` says so.
  def flux2_single_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, shape: List[int],
      m: Tensor, rows: Rows, timed: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.flux2_single_forward(x, block, seed, shape, m, rows, timed)[1:]
    z, o, lse, out = saved[:4]
    run = Pass(block, seed, saved[4:])
    none = torch.empty([0])
    width = shape[0] * shape[1]
    parts = m.chunk(3, 1)
    dm = [none for part in parts]
    q, k, v, inner = self.single_parts(z, block, shape, rows)
    dout = self.plus_gated_back(dy, out, parts, dm, 2, rows.lengths, timed)
    both = self.linear_back(dout, torch.cat([o, self.swish_gated(inner)], 1), none, run, 1, True)
    dinner = self.swish_gated_back(both[:, width:].contiguous(), inner)
    dq, dk, dv = self.attend_back(both[:, :width].contiguous(), q, k, v, o, lse, rows.lengths, False, block.composed)
    dq = self.turned_pairs(dq.contiguous(), rows.cos, rows.sin, -1.0).flatten(1)
    dk = self.turned_pairs(dk.contiguous(), rows.cos, rows.sin, -1.0).flatten(1)
    dq = self.stream_heads_back(dq, z[:, :width].contiguous(), block, 0, shape)
    dk = self.stream_heads_back(dk, z[:, width:2 * width].contiguous(), block, 1, shape)
    dz = torch.cat([dq, dk, dv.reshape([x.size(0), -1]), dinner], 1)
    dn = self.linear_back(dz, self.time_moved(x, parts, 0, rows.lengths), none, run, 0, need or timed)
    dx = none
    if need or timed:
      dx = self.time_moved_back(dn, x, parts, dm, 0, rows.lengths, timed).add_(dy)
    if timed:
      return [dx, torch.cat(dm, 1)]
    return [dx, none]

  # What modulates picture and text of double blocks, and single blocks, of the time's embedding c: linears 0 to 2.
  def flux2_modulations_forward(self, c: Tensor, block: Block, seed: int) -> List[Tensor]:
    run = self.begun(block, seed)
    s = torch.silu(c)
    return [self.linear_few(s, run, 0), self.linear_few(s, run, 1), self.linear_few(s, run, 2)] + run.bare

  # [dc], where `timed` says so.
  def flux2_modulations_backward(
      self, dms: List[Tensor], c: Tensor, bare: List[Tensor], block: Block, seed: int, timed: bool
  ) -> List[Tensor]:
    run = Pass(block, seed, bare)
    s = torch.silu(c)
    ds = torch.empty([0])
    for i in range(3):
      ds = self.linear_back(dms[i], s, ds, run, i, timed)
    if not timed:
      return [ds]
    return [torch.silu_backward(ds, c)]

  # [x, tokens, texts, …]: latents [B, c, h, w] and text states [n, width] as rows of one stream, embedded by linears 0,
  # 1.
  def flux2_rows_forward(self, z: Tensor, states: Tensor, block: Block, seed: int, text: int) -> List[Tensor]:
    run = self.begun(block, seed)
    like = self.weight_like(block.weights, 0)
    tokens = self.patched(z.to(like.dtype), 1, True)
    words = states.to(like.dtype)
    p = self.linear(tokens, run, 0)
    e = self.linear(words, run, 1)
    ts = [text for picture in range(z.size(0))]
    ps = [z.size(2) * z.size(3) for picture in range(z.size(0))]
    return [self.joined_streams(e, p, ts, ps)[0], tokens, words] + run.bare

  def flux2_rows_backward(
      self, dx: Tensor, saved: List[Tensor], block: Block, seed: int, rows: Rows, text: int
  ) -> List[Tensor]:
    none = torch.empty([0])
    run = Pass(block, seed, saved[2:])
    ts, ps = self.stream_lengths(rows, text)
    de, dp = self.parted_streams(dx, ts, ps)
    self.linear_back(dp, saved[0], none, run, 0, False)
    self.linear_back(de, saved[1], none, run, 1, False)
    return [none]

  # [velocity [B, c, h, w] in float32, picture rows, modulation, …]: linear 0 of the picture's rows, normed, scaled and
  # shifted by linear 1 of the activated time.
  def flux2_velocity_forward(
      self, x: Tensor, block: Block, seed: int, c: Tensor, rows: Rows, text: int, size: List[int]
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    ts, ps = self.stream_lengths(rows, text)
    own = self.parted_streams(x, ts, ps)[1]
    s = self.linear_few(torch.silu(c), run, 1)
    scale, shift = s.chunk(2, 1)
    out = self.linear(self.time_moved(own, [shift, scale], 0, ps), run, 0)
    return [self.unpatched(out, size, 1, True).to(torch.float32), own, s] + run.bare

  # [dx, dc], dc where `timed` says so.
  def flux2_velocity_backward(
      self, dv: Tensor, saved: List[Tensor], block: Block, seed: int, c: Tensor, rows: Rows, text: int, timed: bool
  ) -> List[Tensor]:
    none = torch.empty([0])
    own, s = saved[:2]
    run = Pass(block, seed, saved[2:])
    ts, ps = self.stream_lengths(rows, text)
    scale, shift = s.chunk(2, 1)
    m = [shift, scale]
    dm = [none, none]
    told = timed or self.trains(block, 1)
    dout = self.patched(dv.to(own.dtype), 1, True)
    dn = self.linear_back(dout, self.time_moved(own, m, 0, ps), none, run, 0, True)
    down = self.time_moved_back(dn, own, m, dm, 0, ps, told)
    dc = none
    if told:
      dc = self.linear_back(torch.cat([dm[1], dm[0]], 1), torch.silu(c), none, run, 1, timed)
      if timed:
        dc = torch.silu_backward(dc, c)
    zeros = torch.zeros([text * len(ts), down.size(1)], dtype=down.dtype, device=down.device)
    return [self.joined_streams(zeros, down, ts, ps)[0], dc]
