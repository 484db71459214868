# A block of the LLaMA family (Touvron et al. 2023, arXiv:2302.13971), pre-norm, rotary positions, SwiGLU.
# Plain tensors: input norm, norm after attention. Linears: q, k, v, o, gate, up, down.
# x [n, hidden] holds packed conversations; `shape` is [heads, kv heads, head width].

from typing import List, Tuple

import torch
from blocks import Block, Pass, Rows
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

  # Rotates pairs (i, i + d/2) of x [n, heads, d] by the angles of its rows; sign -1 turns back.
  def rotated(self, x: Tensor, cos: Tensor, sin: Tensor, sign: float) -> Tensor:
    c = torch.cat([cos, cos], 1).unsqueeze(1).to(x.dtype)
    s = torch.cat([-sin, sin], 1).mul_(sign).unsqueeze(1).to(x.dtype)
    return (x * c).addcmul_(torch.roll(x, [x.size(2) // 2], [2]), s)

  # [q, k, v] of normed rows, rotated: [n, heads, d], [n, kv, d], [n, kv, d]
  def projected(self, n1: Tensor, run: Pass, rows: Rows, shape: List[int]) -> Tuple[Tensor, Tensor, Tensor]:
    q = self.linear(n1, run, 0).view([n1.size(0), shape[0], shape[2]])
    k = self.linear(n1, run, 1).view([n1.size(0), shape[1], shape[2]])
    v = self.linear(n1, run, 2).view([n1.size(0), shape[1], shape[2]])
    return (self.rotated(q, rows.cos, rows.sin, 1.0), self.rotated(k, rows.cos, rows.sin, 1.0), v)

  # [y, q, k, v, attention, lse, h, gate, up, …]: the output and what the backward pass needs besides x.
  def decoder_forward(
      self, x: Tensor, block: Block, seed: int, shape: List[int], eps: float, rows: Rows
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    n1, r1 = self.rms(x, block.plain[0], eps)
    q, k, v = self.projected(n1, run, rows, shape)
    o, lse = self.attend(q, k, v, rows.lengths, True, block.composed)
    kept = o
    h = x
    if rows.keep.numel() > 0:
      kept = o.index_select(0, rows.keep)
      h = x.index_select(0, rows.keep)
    h = self.linear(kept, run, 3).add_(h)
    n2, r2 = self.rms(h, block.plain[1], eps)
    gate = self.linear(n2, run, 4)
    up = self.linear(n2, run, 5)
    y = self.linear(torch.silu(gate).mul_(up), run, 6).add_(h)
    return [y, q, k, v, o, lse, h, gate, up] + run.bare

  # The gradient of x, where it is needed; adds those of the block's tensors. `saved` is what the forward pass returned
  # after y; without it the block runs forward again.
  def decoder_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, shape: List[int],
      eps: float, rows: Rows
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.decoder_forward(x, block, seed, shape, eps, rows)[1:]
    q, k, v, o, lse, h, gate, up = saved[:8]
    run = Pass(block, seed, saved[8:])
    none = torch.empty([0])
    n2, r2 = self.rms(h, block.plain[1], eps)
    sigmoid = torch.sigmoid(gate)
    open = gate * sigmoid
    dm = self.linear_back(dy, open * up, none, run, 6, True)
    dgate = (dm * up).mul_(sigmoid.mul_(1.0 - open).add_(open))  # silu' = σ·(1 − g·σ) + g·σ
    dup = open.mul_(dm)
    dn2 = self.linear_back(dgate, n2, none, run, 4, True)
    dn2 = self.linear_back(dup, n2, dn2, run, 5, True)
    dh = self.rms_back(dn2, h, r2, block.plain[1], block.plain_gradients[1]).add_(dy)
    kept = o
    if rows.keep.numel() > 0:
      kept = o.index_select(0, rows.keep)
    do = self.linear_back(dh, kept, none, run, 3, True)
    if rows.keep.numel() > 0:
      do = torch.zeros_like(o).index_copy_(0, rows.keep, do)
      dh = torch.zeros_like(x).index_copy_(0, rows.keep, dh)
    dq, dk, dv = self.attend_back(do, q, k, v, o, lse, rows.lengths, True, block.composed)
    dq = self.rotated(dq, rows.cos, rows.sin, -1.0).reshape([x.size(0), -1])
    dk = self.rotated(dk, rows.cos, rows.sin, -1.0).reshape([x.size(0), -1])
    n1, r1 = self.rms(x, block.plain[0], eps)
    below = need or block.plain_gradients[0].numel() > 0
    dn1 = self.linear_back(dq, n1, none, run, 0, below)
    dn1 = self.linear_back(dk, n1, dn1, run, 1, below)
    dn1 = self.linear_back(dv.reshape([x.size(0), -1]), n1, dn1, run, 2, below)
    if not below:
      return [none]
    return [self.rms_back(dn1, x, r1, block.plain[0], block.plain_gradients[0]).add_(dh)]

  # One more stretch of each conversation, with keys and values of what came before in `caches`: k, v of conversation
  # 0, k, v of conversation 1, … each [kv, room, d], filled up to `past`.
  def decoder_step(
      self, x: Tensor, block: Block, shape: List[int], eps: float, rows: Rows, past: List[int], caches: List[Tensor]
  ) -> List[Tensor]:
    run = self.begun(self.undropped(block), 0)
    n1, r1 = self.rms(x, block.plain[0], eps)
    q, k, v = self.projected(n1, run, rows, shape)
    outs = annotate(List[Tensor], [])
    start = 0
    for i in range(len(rows.lengths)):
      n = rows.lengths[i]
      end = past[i] + n
      caches[2 * i][:, past[i]:end].copy_(k[start:start + n].transpose(0, 1))
      caches[2 * i + 1][:, past[i]:end].copy_(v[start:start + n].transpose(0, 1))
      keys = caches[2 * i][:, :end].repeat_interleave(shape[0] // shape[1], 0).unsqueeze(0)
      values = caches[2 * i + 1][:, :end].repeat_interleave(shape[0] // shape[1], 0).unsqueeze(0)
      qs = q[start:start + n].transpose(0, 1).unsqueeze(0)
      if n == 1 or past[i] == 0:
        o = torch.scaled_dot_product_attention(qs, keys, values, attn_mask=None, dropout_p=0.0, is_causal=n > 1)
      else:
        seen = torch.ones([n, end], dtype=torch.bool, device=x.device).tril_(past[i])
        o = torch.scaled_dot_product_attention(qs, keys, values, attn_mask=seen, dropout_p=0.0, is_causal=False)
      outs.append(o[0].transpose(0, 1).reshape([n, -1]))
      start = start + n
    o = torch.cat(outs, 0)
    h = x
    if rows.keep.numel() > 0:
      o = o.index_select(0, rows.keep)
      h = x.index_select(0, rows.keep)
    h = self.linear(o, run, 3).add_(h)
    n2, r2 = self.rms(h, block.plain[1], eps)
    gate = self.linear(n2, run, 4)
    up = self.linear(n2, run, 5)
    return [self.linear(torch.silu(gate).mul_(up), run, 6).add_(h)]
