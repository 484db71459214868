# A block of two streams, of text and of places, with weights of their own and one attention (Esser et al. 2024,
# arXiv:2403.03206), and a block of one stream whose attention and feed-forward lie side by side. States, `time` and
# angles as in mmdit.py.

from typing import List

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # Plain tensors: weights of the head norms of places' queries and keys, of text's, of the second attention's. Linears:
  # norm1 and norm1_context; q, k, v of places, of text; to_out, to_add_out; the two of ff, of ff_context; q, k, v and
  # to_out of the second attention, of places alone. A last block has no to_add_out and ff_context: nobody reads its
  # text. [y, q, k, v, attention, lse, state, inner, inner of text, q, k, v, attention, lse of the second, modulations
  # of places, of text, …]
  def joint_forward(
      self, x: Tensor, block: Block, seed: int, heads: int, time: Tensor, words: int, cos: Tensor, sin: Tensor
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    none = torch.empty([0])
    count = time.size(0)
    last = not self.present(block, 9)
    dual = self.present(block, 14)
    w = self.text_stream(x, count, words)
    p = self.place_stream(x, count, words)
    mods = self.linear_few(time, run, 0)
    cmods = self.linear_few(time, run, 1)
    m = torch.chunk(mods, 9 if dual else 6, 1)
    c = torch.chunk(cmods, 2 if last else 6, 1)
    np, mp, rp = self.stream_normed(p, m[0], m[1])
    nw, mw, rw = self.stream_normed(w, c[1 if last else 0], c[0 if last else 1])
    q = self.joint_streams(self.linear(nw, run, 5), self.linear(np, run, 2), count)
    k = self.joint_streams(self.linear(nw, run, 6), self.linear(np, run, 3), count)
    v = self.joint_streams(self.linear(nw, run, 7), self.linear(np, run, 4), count)
    rows = x.size(0) // count
    qs = self.ready_heads(q, self.head_weights(block, 0, 2, words, rows), count, heads, cos, sin)
    ks = self.ready_heads(k, self.head_weights(block, 1, 3, words, rows), count, heads, cos, sin)
    o, lse = self.attend_rows(qs, ks, v, count, heads, False, block.composed)
    hp = self.stream_gated(p, m[2], self.linear(self.place_stream(o, count, words), run, 8))
    q2, k2, v2, o2, lse2 = none, none, none, none, none
    if dual:
      n2, m2, r2 = self.stream_normed(p, m[6], m[7])
      q2 = self.linear(n2, run, 14)
      k2 = self.linear(n2, run, 15)
      v2 = self.linear(n2, run, 16)
      qs = self.ready_heads(q2, self.head_weights(block, 4, 4, 0, rows), count, heads, none, none)
      ks = self.ready_heads(k2, self.head_weights(block, 5, 5, 0, rows), count, heads, none, none)
      o2, lse2 = self.attend_rows(qs, ks, v2, count, heads, False, block.composed)
      hp = self.stream_gated(hp, m[8], self.linear(o2, run, 17))
    np, mp, rp = self.stream_normed(hp, m[3], m[4])
    inner = self.linear(np, run, 10)
    yp = self.stream_gated(hp, m[5], self.linear(torch.gelu(inner, approximate="tanh"), run, 11))
    hw = w
    yw = w
    outer = none
    if not last:
      hw = self.stream_gated(w, c[2], self.linear(self.text_stream(o, count, words), run, 9))
      nw, mw, rw = self.stream_normed(hw, c[3], c[4])
      outer = self.linear(nw, run, 12)
      yw = self.stream_gated(hw, c[5], self.linear(torch.gelu(outer, approximate="tanh"), run, 13))
    y = self.joint_streams(yw, yp, count)
    h = self.joint_streams(hw, hp, count)
    return [y, q, k, v, o, lse, h, inner, outer, q2, k2, v2, o2, lse2, mods, cmods] + run.bare

  # [dx, dtime], where `need` and `timed` say so.
  def joint_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, heads: int, time: Tensor,
      words: int, cos: Tensor, sin: Tensor, timed: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.joint_forward(x, block, seed, heads, time, words, cos, sin)[1:]
    q, k, v, o, lse, h, inner, outer, q2, k2, v2, o2, lse2, mods, cmods = saved[:15]
    run = Pass(block, seed, saved[15:])
    none = torch.empty([0])
    count = time.size(0)
    rows = x.size(0) // count
    last = not self.present(block, 9)
    dual = self.present(block, 14)
    w = self.text_stream(x, count, words)
    p = self.place_stream(x, count, words)
    m = torch.chunk(mods, 9 if dual else 6, 1)
    c = torch.chunk(cmods, 2 if last else 6, 1)
    wide = self.wants_modulation(block, 0, timed)
    cwide = self.wants_modulation(block, 1, timed)
    # Feed-forward of places, then of text.
    dyp = self.place_stream(dy, count, words)
    hp = self.place_stream(h, count, words)
    active = self.active_again(inner, block, 11, wide)
    dg2 = none
    if wide:
      dg2 = self.stream_gate_back(dyp, self.linear(active, run, 11), count)
    da = self.linear_back(self.stream_open(dyp, m[5]), active, none, run, 11, True)
    np, mp, rp = self.stream_normed(hp, m[3], m[4])
    dn = self.linear_back(torch.gelu_backward(da, inner, approximate="tanh"), np, none, run, 10, True)
    dhp, ds2, dc2 = self.stream_normed_back(dn, hp, mp, rp, m[4], wide)
    dhp = dhp + dyp
    dhw = self.text_stream(dy, count, words)
    cparts = [none]
    if not last:
      dyw = dhw
      hw = self.text_stream(h, count, words)
      active = self.active_again(outer, block, 13, cwide)
      cg2 = none
      if cwide:
        cg2 = self.stream_gate_back(dyw, self.linear(active, run, 13), count)
      da = self.linear_back(self.stream_open(dyw, c[5]), active, none, run, 13, True)
      nw, mw, rw = self.stream_normed(hw, c[3], c[4])
      dn = self.linear_back(torch.gelu_backward(da, outer, approximate="tanh"), nw, none, run, 12, True)
      dhw, cs2, cc2 = self.stream_normed_back(dn, hw, mw, rw, c[4], cwide)
      dhw = dhw + dyw
      cparts = [cs2, cc2, cg2]
    # Attention.
    op = self.place_stream(o, count, words)
    ow = self.text_stream(o, count, words)
    dg = none
    if wide:
      dg = self.stream_gate_back(dhp, self.linear(op, run, 8), count)
    dop = self.linear_back(self.stream_open(dhp, m[2]), op, none, run, 8, True)
    cg = none
    dow = torch.zeros_like(ow)
    if not last:
      if cwide:
        cg = self.stream_gate_back(dhw, self.linear(ow, run, 9), count)
      dow = self.linear_back(self.stream_open(dhw, c[2]), ow, none, run, 9, True)
    wq = self.head_weights(block, 0, 2, words, rows)
    wk = self.head_weights(block, 1, 3, words, rows)
    qs = self.ready_heads(q, wq, count, heads, cos, sin)
    ks = self.ready_heads(k, wk, count, heads, cos, sin)
    g = block.plain_gradients
    dq, dk, dv = self.attend_rows_back(
        self.joint_streams(dow, dop, count), qs, ks, v, o, lse, count, heads, False, block.composed)
    dq = self.ready_heads_back(dq, q, wq, count, heads, cos, sin, g[2], g[0], words)
    dk = self.ready_heads_back(dk, k, wk, count, heads, cos, sin, g[3], g[1], words)
    below = need or wide
    cbelow = need or cwide
    np, mp, rp = self.stream_normed(p, m[0], m[1])
    nw, mw, rw = self.stream_normed(w, c[1 if last else 0], c[0 if last else 1])
    dnp = self.linear_back(self.place_stream(dq, count, words), np, none, run, 2, below)
    dnp = self.linear_back(self.place_stream(dk, count, words), np, dnp, run, 3, below)
    dnp = self.linear_back(self.place_stream(dv, count, words), np, dnp, run, 4, below)
    dnw = self.linear_back(self.text_stream(dq, count, words), nw, none, run, 5, cbelow)
    dnw = self.linear_back(self.text_stream(dk, count, words), nw, dnw, run, 6, cbelow)
    dnw = self.linear_back(self.text_stream(dv, count, words), nw, dnw, run, 7, cbelow)
    # The second attention.
    dn2 = none
    m2 = none
    r2 = none
    dg3 = none
    if dual:
      if wide:
        dg3 = self.stream_gate_back(dhp, self.linear(o2, run, 17), count)
      do2 = self.linear_back(self.stream_open(dhp, m[8]), o2, none, run, 17, True)
      wq = self.head_weights(block, 4, 4, 0, rows)
      wk = self.head_weights(block, 5, 5, 0, rows)
      qs = self.ready_heads(q2, wq, count, heads, none, none)
      ks = self.ready_heads(k2, wk, count, heads, none, none)
      dq, dk, dv = self.attend_rows_back(do2, qs, ks, v2, o2, lse2, count, heads, False, block.composed)
      dq = self.ready_heads_back(dq, q2, wq, count, heads, none, none, none, g[4], 0)
      dk = self.ready_heads_back(dk, k2, wk, count, heads, none, none, none, g[5], 0)
      n2, m2, r2 = self.stream_normed(p, m[6], m[7])
      dn2 = self.linear_back(dq, n2, none, run, 14, below)
      dn2 = self.linear_back(dk, n2, dn2, run, 15, below)
      dn2 = self.linear_back(dv, n2, dn2, run, 16, below)
    dx = none
    dtime = none
    if below:
      dp, dsh, dsc = self.stream_normed_back(dnp, p, mp, rp, m[1], wide)
      dhp = dhp.add_(dp)
      parts = [dsh, dsc, dg, ds2, dc2, dg2]
      if dual:
        dp, dsh, dsc = self.stream_normed_back(dn2, p, m2, r2, m[7], wide)
        dhp = dhp.add_(dp)
        parts = parts + [dsh, dsc, dg3]
      if wide:
        dtime = self.modulation_back(parts, time, none, run, 0, timed)
    if cbelow:
      dw, dsh, dsc = self.stream_normed_back(dnw, w, mw, rw, c[0 if last else 1], cwide)
      dhw = dhw + dw
      if cwide:
        parts = [dsc, dsh] if last else [dsh, dsc, cg] + cparts
        dtime = self.modulation_back(parts, time, dtime, run, 1, timed)
    if need:
      dx = self.joint_streams(dhw, dhp, count)
    return [dx, dtime]

  # GELU of a feed-forward part's inside, where a gradient asks for what its linear i has read; else what has its shape.
  def active_again(self, inner: Tensor, block: Block, i: int, asked: bool) -> Tensor:
    if asked or block.weight_gradients[2 * i].numel() > 0 or self.adapted(block, i):
      return torch.gelu(inner, approximate="tanh")
    return inner

  # Plain tensors: weights of the head norms of queries and keys. Linears: norm, q, k, v, proj_mlp, proj_out.
  # [y, q, k, v, attention, lse, inner, modulation, …]
  def single_forward(
      self, x: Tensor, block: Block, seed: int, heads: int, time: Tensor, cos: Tensor, sin: Tensor
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    count = time.size(0)
    mods = self.linear_few(time, run, 0)
    m = torch.chunk(mods, 3, 1)
    n, mean, r = self.stream_normed(x, m[0], m[1])
    q = self.linear(n, run, 1)
    k = self.linear(n, run, 2)
    v = self.linear(n, run, 3)
    inner = self.linear(n, run, 4)
    qs = self.ready_heads(q, block.plain[0], count, heads, cos, sin)
    ks = self.ready_heads(k, block.plain[1], count, heads, cos, sin)
    o, lse = self.attend_rows(qs, ks, v, count, heads, False, block.composed)
    both = torch.cat([o, torch.gelu(inner, approximate="tanh")], 1)
    return [self.stream_gated(x, m[2], self.linear(both, run, 5)), q, k, v, o, lse, inner, mods] + run.bare

  # [dx, dtime], where `need` and `timed` say so.
  def single_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, heads: int, time: Tensor,
      cos: Tensor, sin: Tensor, timed: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.single_forward(x, block, seed, heads, time, cos, sin)[1:]
    q, k, v, o, lse, inner, mods = saved[:7]
    run = Pass(block, seed, saved[7:])
    none = torch.empty([0])
    count = time.size(0)
    m = torch.chunk(mods, 3, 1)
    wide = self.wants_modulation(block, 0, timed)
    both = torch.cat([o, self.active_again(inner, block, 5, wide)], 1)
    dg = none
    if wide:
      dg = self.stream_gate_back(dy, self.linear(both, run, 5), count)
    dboth = self.linear_back(self.stream_open(dy, m[2]), both, none, run, 5, True)
    do = dboth[:, :x.size(1)].contiguous()
    dinner = torch.gelu_backward(dboth[:, x.size(1):].contiguous(), inner, approximate="tanh")
    qs = self.ready_heads(q, block.plain[0], count, heads, cos, sin)
    ks = self.ready_heads(k, block.plain[1], count, heads, cos, sin)
    dq, dk, dv = self.attend_rows_back(do, qs, ks, v, o, lse, count, heads, False, block.composed)
    g = block.plain_gradients
    dq = self.ready_heads_back(dq, q, block.plain[0], count, heads, cos, sin, none, g[0], 0)
    dk = self.ready_heads_back(dk, k, block.plain[1], count, heads, cos, sin, none, g[1], 0)
    below = need or wide
    n, mean, r = self.stream_normed(x, m[0], m[1])
    dn = self.linear_back(dinner, n, none, run, 4, below)
    dn = self.linear_back(dq, n, dn, run, 1, below)
    dn = self.linear_back(dk, n, dn, run, 2, below)
    dn = self.linear_back(dv, n, dn, run, 3, below)
    if not below:
      return [none, none]
    dx, dshift, dscale = self.stream_normed_back(dn, x, mean, r, m[1], wide)
    dtime = none
    if wide:
      dtime = self.modulation_back([dshift, dscale, dg], time, none, run, 0, timed)
    return [dx.add_(dy), dtime]
