# A block of the LLaMA family (Touvron et al. 2023, arXiv:2302.13971), pre-norm, rotary positions, SwiGLU, with the
# parts that later families add. Plain tensors: norm before attention, norm before the feed-forward part; those below
# may be absent: norms of each head's q and of its k, before rotation; norms of what attention and feed-forward part
# give, before it is added. Linears: q, k, v, o, gate, up, down. x [n, hidden] holds packed conversations.

from typing import List, Tuple

import torch
from blocks import Block, Layer, Pass, Rows
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # cos and sin [positions, d/2] of rotary angles (Su et al. 2021, arXiv:2104.09864); kind: default, linear or llama3.
  def rope_table(
      self, length: int, d: int, theta: float, kind: str, settings: List[float], device: str
  ) -> List[Tensor]:
    inv = 1.0 / torch.pow(theta, torch.arange(0, d, 2, dtype=torch.float32) / d)
    if kind == "linear":
      inv = inv / settings[0]
    if kind == "llama3":
      factor, low, high, original = settings[0], settings[1], settings[2], settings[3]
      wave = 2.0 * 3.141592653589793 / inv
      smooth = (original / wave - low) / (high - low)
      mixed = (1.0 - smooth) * inv / factor + smooth * inv
      slow = torch.where(wave > original / low, inv / factor, inv)
      medium = torch.logical_and(wave <= original / low, wave >= original / high)
      inv = torch.where(medium, mixed, slow)
    angles = torch.outer(torch.arange(0, length, dtype=torch.float32), inv)
    return [torch.cos(angles).to(torch.device(device)), torch.sin(angles).to(torch.device(device))]

  # cos and sin [n, d/2] out of tables [positions, d/2] where each frequency goes by an axis of its own: `places` [3·n]
  # are the rows' positions axis by axis, `axes` [d/2] says which of the three a frequency takes.
  def picked_by_axis(self, tables: List[Tensor], places: Tensor, axes: Tensor) -> List[Tensor]:
    rows = places.numel() // 3
    made = annotate(List[Tensor], [])
    for table in tables:
      each = table.index_select(0, places).view([3, rows, table.size(1)])
      made.append(each.gather(0, axes.view([1, 1, -1]).expand([1, rows, table.size(1)]))[0])
    return made

  # Rotates pairs (i, i + d/2) of x [n, heads, d] by the angles of its rows; sign -1 turns back.
  def rotated(self, x: Tensor, cos: Tensor, sin: Tensor, sign: float) -> Tensor:
    c = torch.cat([cos, cos], 1).unsqueeze(1).to(x.dtype)
    s = torch.cat([-sin, sin], 1).mul_(sign).unsqueeze(1).to(x.dtype)
    return (x * c).addcmul_(torch.roll(x, [x.size(2) // 2], [2]), s)

  # [q, k, v] of normed rows, as their linears give them: [n, heads, d], [n, kv, d], [n, kv, d]
  def projected(self, n1: Tensor, run: Pass, layer: Layer) -> Tuple[Tensor, Tensor, Tensor]:
    q = self.linear(n1, run, 0).view([n1.size(0), layer.heads, layer.width])
    k = self.linear(n1, run, 1).view([n1.size(0), layer.kv, layer.width])
    v = self.linear(n1, run, 2).view([n1.size(0), layer.kv, layer.width])
    return (q, k, v)

  # q or k [n, heads, d] as attention takes it: normed by plain tensor i where there is one, then rotated.
  def placed(self, x: Tensor, block: Block, i: int, layer: Layer, rows: Rows) -> Tensor:
    if self.has_plain(block, i):
      x, r = self.rms_plain(x, block, i, layer.eps, layer.offset)
    return self.rotated(x, rows.cos, rows.sin, 1.0)

  # The gradient of x, [n, heads·d], from that of what placed makes of it.
  def placed_back(self, dy: Tensor, x: Tensor, block: Block, i: int, layer: Layer, rows: Rows) -> Tensor:
    dx = self.rotated(dy, rows.cos, rows.sin, -1.0)
    if self.has_plain(block, i):
      flat = x.reshape([-1, layer.width])
      n, r = self.rms_plain(flat, block, i, layer.eps, layer.offset)
      dx = self.rms_plain_back(dx.reshape([-1, layer.width]), flat, r, block, i, layer.offset)
    return dx.reshape([dy.size(0), -1])

  # h + x, x normed by plain tensor i where there is one; x is not used again.
  def plus_branch(self, h: Tensor, x: Tensor, block: Block, i: int, layer: Layer) -> Tensor:
    if self.has_plain(block, i):
      n, r = self.rms_plain(x, block, i, layer.eps, layer.offset)
      return n.add_(h)
    return x.add_(h)

  # The gradient of what plus_branch is given as x, of which `branch` is a copy where there is a norm.
  def branch_back(self, dy: Tensor, branch: Tensor, block: Block, i: int, layer: Layer) -> Tensor:
    if not self.has_plain(block, i):
      return dy
    n, r = self.rms_plain(branch, block, i, layer.eps, layer.offset)
    return self.rms_plain_back(dy, branch, r, block, i, layer.offset)

  # [y, gate, up, branch]: the feed-forward part and what is added to it.
  def fed_forward(self, h: Tensor, run: Pass, layer: Layer) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    n2, r2 = self.rms_plain(h, run.block, 1, layer.eps, layer.offset)
    gate = self.linear(n2, run, 4)
    up = self.linear(n2, run, 5)
    branch = self.linear(self.activation(gate, layer.act).mul_(up), run, 6)
    return (self.plus_branch(h, branch, run.block, 5, layer), gate, up, branch)

  # [y, q, k, v, attention, lse, h, gate, up, …]: the output and what the backward pass needs besides x. q and k are
  # rotated, but where they have norms; where branches have norms, both branches follow.
  def decoder_forward(self, x: Tensor, block: Block, seed: int, layer: Layer, rows: Rows) -> List[Tensor]:
    run = self.begun(block, seed)
    n1, r1 = self.rms_plain(x, block, 0, layer.eps, layer.offset)
    bare_q, bare_k, v = self.projected(n1, run, layer)
    q = self.placed(bare_q, block, 2, layer, rows)
    k = self.placed(bare_k, block, 3, layer, rows)
    o, lse = self.attend_layer(q, k, v, rows.lengths, layer, block.composed)
    kept = o
    h = x
    if rows.keep.numel() > 0:
      kept = o.index_select(0, rows.keep)
      h = x.index_select(0, rows.keep)
    seen = self.linear(kept, run, 3)
    h = self.plus_branch(h, seen, block, 4, layer)
    y, gate, up, fed = self.fed_forward(h, run, layer)
    if self.has_plain(block, 2):
      q, k = bare_q, bare_k
    made = [y, q, k, v, o, lse, h, gate, up]
    if self.has_plain(block, 4):
      made = made + [seen, fed]
    return made + run.bare

  # [gradient of gate, of up] from that of their product.
  def gate_back(self, dm: Tensor, gate: Tensor, up: Tensor, open: Tensor, act: str) -> Tuple[Tensor, Tensor]:
    if act != "silu":
      return (self.activation_back(dm * up, gate, act), open.mul_(dm))
    sigmoid = torch.sigmoid(gate)
    dgate = (dm * up).mul_(sigmoid.mul_(1.0 - open).add_(open))  # silu' = σ·(1 − g·σ) + g·σ
    return (dgate, open.mul_(dm))

  # The gradient of x, where it is needed; adds those of the block's tensors. `saved` is what the forward pass returned
  # after y; without it the block runs forward again.
  def decoder_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, layer: Layer, rows: Rows
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.decoder_forward(x, block, seed, layer, rows)[1:]
    q, k, v, o, lse, h, gate, up = saved[:8]
    branches = 8
    if self.has_plain(block, 4):
      branches = 10
    run = Pass(block, seed, saved[branches:])
    none = torch.empty([0])
    dfed = self.branch_back(dy, saved[branches - 1], block, 5, layer)
    n2, r2 = self.rms_plain(h, block, 1, layer.eps, layer.offset)
    open = self.opened(gate, layer.act)
    dm = self.linear_back(dfed, open * up, none, run, 6, True)
    dgate, dup = self.gate_back(dm, gate, up, open, layer.act)
    dn2 = self.linear_back(dgate, n2, none, run, 4, True)
    dn2 = self.linear_back(dup, n2, dn2, run, 5, True)
    dh = self.rms_plain_back(dn2, h, r2, block, 1, layer.offset).add_(dy)
    kept = o
    if rows.keep.numel() > 0:
      kept = o.index_select(0, rows.keep)
    do = self.linear_back(self.branch_back(dh, saved[branches - 2], block, 4, layer), kept, none, run, 3, True)
    if rows.keep.numel() > 0:
      do = torch.zeros_like(o).index_copy_(0, rows.keep, do)
      dh = torch.zeros_like(x).index_copy_(0, rows.keep, dh)
    bare_q, bare_k = q, k
    if self.has_plain(block, 2):
      q = self.placed(q, block, 2, layer, rows)
      k = self.placed(k, block, 3, layer, rows)
    dq, dk, dv = self.attend_layer_back(do, q, k, v, o, lse, rows.lengths, layer, block.composed)
    dq = self.placed_back(dq, bare_q, block, 2, layer, rows)
    dk = self.placed_back(dk, bare_k, block, 3, layer, rows)
    n1, r1 = self.rms_plain(x, block, 0, layer.eps, layer.offset)
    below = need or block.plain_gradients[0].numel() > 0
    dn1 = self.linear_back(dq, n1, none, run, 0, below)
    dn1 = self.linear_back(dk, n1, dn1, run, 1, below)
    dn1 = self.linear_back(dv.reshape([x.size(0), -1]), n1, dn1, run, 2, below)
    if not below:
      return [none]
    return [self.rms_plain_back(dn1, x, r1, block, 0, layer.offset).add_(dh)]

  # What the gate lets through, in the arithmetic of its gradient.
  def opened(self, gate: Tensor, act: str) -> Tensor:
    if act == "silu":
      return gate * torch.sigmoid(gate)
    return self.activation(gate, act)

  # [y] of one text whose first `real` rows are its own; the others fill it up: they see its own rows and nothing of
  # each other.
  def decoder_filled(self, x: Tensor, block: Block, layer: Layer, rows: Rows, real: int) -> List[Tensor]:
    run = self.begun(self.undropped(block), 0)
    n1, r1 = self.rms_plain(x, block, 0, layer.eps, layer.offset)
    bare_q, bare_k, v = self.projected(n1, run, layer)
    q = self.placed(bare_q, block, 2, layer, rows)
    k = self.placed(bare_k, block, 3, layer, rows)
    o, lse = self.attend_layer(q[:real], k[:real], v[:real], [real], layer, block.composed)
    if x.size(0) > real:
      wide = not x.is_cuda
      qs = self.spread(q[real:], layer.heads, wide)
      ks = self.spread(k[:real], layer.heads, wide)
      vs = self.spread(v[:real], layer.heads, wide)
      filling = torch.scaled_dot_product_attention(qs, ks, vs, attn_mask=None, dropout_p=0.0, is_causal=False)
      o = torch.cat([o, filling[0].transpose(0, 1).reshape([x.size(0) - real, -1]).to(o.dtype)], 0)
    h = self.plus_branch(x, self.linear(o, run, 3), block, 4, layer)
    y, gate, up, fed = self.fed_forward(h, run, layer)
    return [y]

  # One more stretch of each conversation, with keys and values of what came before in `caches`: k, v of conversation
  # 0, k, v of conversation 1, … each [kv, room, d], filled up to `past`.
  def decoder_step(
      self, x: Tensor, block: Block, layer: Layer, rows: Rows, past: List[int], caches: List[Tensor]
  ) -> List[Tensor]:
    run = self.begun(self.undropped(block), 0)
    n1, r1 = self.rms_plain(x, block, 0, layer.eps, layer.offset)
    q, k, v = self.projected(n1, run, layer)
    q = self.placed(q, block, 2, layer, rows)
    k = self.placed(k, block, 3, layer, rows)
    outs = annotate(List[Tensor], [])
    start = 0
    for i in range(len(rows.lengths)):
      n = rows.lengths[i]
      end = past[i] + n
      caches[2 * i][:, past[i]:end].copy_(k[start:start + n].transpose(0, 1))
      caches[2 * i + 1][:, past[i]:end].copy_(v[start:start + n].transpose(0, 1))
      outs.append(self.attend_cached(q[start:start + n], caches[2 * i], caches[2 * i + 1], past[i], layer))
      start = start + n
    o = torch.cat(outs, 0)
    h = x
    if rows.keep.numel() > 0:
      o = o.index_select(0, rows.keep)
      h = x.index_select(0, rows.keep)
    h = self.plus_branch(h, self.linear(o, run, 3), block, 4, layer)
    y, gate, up, fed = self.fed_forward(h, run, layer)
    return [y]
