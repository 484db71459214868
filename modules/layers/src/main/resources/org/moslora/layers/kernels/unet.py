# The UNet of Stable Diffusion (Rombach et al. 2022, arXiv:2112.10752) besides its resnets, which convolution.py has.

from typing import List

import torch
from blocks import Block, Pass
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # The text as the blocks read it: [B·m, width] in their format.
  def text_rows(self, text: Tensor, format: int) -> List[Tensor]:
    return [text.reshape([-1, text.size(-1)]).to(format)]

  # [n, width]: cosines and sines of t [n] times a geometric series of frequencies, in float32.
  def sinusoid(self, t: Tensor, width: int, flip: bool, shift: float) -> Tensor:
    half = width // 2
    steps = torch.arange(half, dtype=torch.float32, device=t.device)
    angles = t.to(torch.float32).unsqueeze(-1) * torch.exp(steps * -9.210340371976184 / (float(half) - shift))
    if flip:
      e = torch.cat([torch.cos(angles), torch.sin(angles)], -1)
    else:
      e = torch.cat([torch.sin(angles), torch.cos(angles)], -1)
    if width % 2 == 1:
      e = torch.constant_pad_nd(e, [0, 1], 0)
    return e

  # [silu(emb), emb, …]: the time embedding [B, width], with pooled text [B, p] and the sizes [B, 6] added where the
  # weights for these are there; then what the backward pass needs. Linears: time_embedding.linear_1 and linear_2,
  # add_embedding.linear_1 and linear_2. `small` is the width of one size's sinusoid.
  def time_forward(
      self, t: Tensor, pooled: Tensor, sizes: Tensor, block: Block, seed: int, flip: bool, shift: float, small: int
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    like = self.weight_like(block.weights, 0)
    e = self.sinusoid(t, like.size(1), flip, shift).to(like.dtype)
    h = self.linear_few(e, run, 0)
    emb = self.linear_few(torch.silu(h), run, 1)
    if not self.present(block, 2):
      return [torch.silu(emb), emb, e, h] + run.bare
    spread = self.sinusoid(sizes.flatten(0), small, flip, shift).view([t.size(0), -1])
    a = torch.cat([pooled.to(torch.float32), spread], 1).to(like.dtype)
    ha = self.linear_few(a, run, 2)
    emb.add_(self.linear_few(torch.silu(ha), run, 3))
    return [torch.silu(emb), emb, e, h, a, ha] + run.bare

  # [dpooled], from the gradient of silu(emb).
  def time_backward(
      self, dtemb: Tensor, saved: List[Tensor], pooled: Tensor, block: Block, seed: int, need: bool
  ) -> List[Tensor]:
    none = torch.empty([0])
    emb = saved[0]
    e = saved[1]
    h = saved[2]
    run = Pass(block, seed, saved[5:] if self.present(block, 2) else saved[3:])
    demb = torch.silu_backward(dtemb, emb)
    da = self.linear_back(demb, torch.silu(h), none, run, 1, True)
    self.linear_back(torch.silu_backward(da, h), e, none, run, 0, False)
    if not self.present(block, 2):
      return [none]
    a = saved[3]
    ha = saved[4]
    da = self.linear_back(demb, torch.silu(ha), none, run, 3, True)
    da = self.linear_back(torch.silu_backward(da, ha), a, none, run, 2, need)
    if not need:
      return [none]
    return [da[:, :pooled.size(1)].contiguous()]

  # [B, c, height, width] -> [B·height·width, c]
  def to_rows(self, x: Tensor) -> Tensor:
    return x.flatten(2).transpose(1, 2).reshape([-1, x.size(1)])

  # and back to a picture of this size
  def to_pictures(self, rows: Tensor, size: List[int]) -> Tensor:
    return rows.view([size[0], -1, size[1]]).transpose(1, 2).contiguous().view(size)

  # What the backward pass reads, where there is one.
  def kept(self, x: Tensor, keep: bool) -> Tensor:
    if keep:
      return x
    return torch.empty([0])

  # [keys, values] of a text [B·m, width] in a block's attention to it: the same in every step of a picture.
  def transformer_read(self, text: Tensor, block: Block) -> List[Tensor]:
    return self.keys_and_values(text, self.begun(self.undropped(block), 0))

  def keys_and_values(self, text: Tensor, run: Pass) -> List[Tensor]:
    return [self.linear(text, run, 6), self.linear(text, run, 7)]

  # One transformer block over the rows of pictures: attention among them, attention to the text, gated feed-forward.
  # Plain tensors: weight and bias of group norm, norm1, norm2, norm3. Linears: proj_in; to_q, to_k, to_v, to_out of
  # attn1 and of attn2; ff.net.0.proj, ff.net.2; proj_out. Where proj_in is there, x is a picture and the block the
  # first of its stack, otherwise rows [B·n, c]; where proj_out is there, the block is the last, and the picture that
  # the stack began with, `start`, is added. text [B·m, width], of which `read` may have keys and values. [y, x as
  # rows, q, k, v, attention, lse, state, q, k, v, attention, lse, state, inner, state, …]; where nothing is to be
  # kept, all but y without entries, and freed as soon as the block itself has no more use for it.
  def transformer_forward(
      self, x: Tensor, block: Block, seed: int, groups: int, heads: int, upcast: bool, start: Tensor, text: Tensor,
      keep: bool, read: List[Tensor]
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    count = start.size(0)
    t = x
    if self.present(block, 0):
      n0, m0, r0 = self.group_norm(x, block, 0, groups, 1e-06)
      t = self.linear(self.to_rows(n0), run, 0)
    n1, m1, r1 = self.normed(t, block, 2, 1e-05)
    q1 = self.linear(n1, run, 1)
    k1 = self.linear(n1, run, 2)
    v1 = self.linear(n1, run, 3)
    o1, l1 = self.attend_rows(q1, k1, v1, count, heads, upcast, block.composed)
    q1 = self.kept(q1, keep)
    k1 = self.kept(k1, keep)
    v1 = self.kept(v1, keep)
    t1 = self.linear(o1, run, 4).add_(t)
    t = self.kept(t, keep)
    o1 = self.kept(o1, keep)
    n2, m2, r2 = self.normed(t1, block, 4, 1e-05)
    q2 = self.linear(n2, run, 5)
    if len(read) == 0:
      read = self.keys_and_values(text, run)
    k2, v2 = read[0], read[1]
    o2, l2 = self.attend_rows(q2, k2, v2, count, heads, upcast, block.composed)
    q2 = self.kept(q2, keep)
    k2 = self.kept(k2, keep)
    v2 = self.kept(v2, keep)
    t2 = self.linear(o2, run, 8).add_(t1)
    t1 = self.kept(t1, keep)
    o2 = self.kept(o2, keep)
    n3, m3, r3 = self.normed(t2, block, 6, 1e-05)
    inner = self.linear(n3, run, 9)
    a, g = inner.chunk(2, 1)
    gated = torch.gelu(g, approximate="none").mul_(a)
    inner = self.kept(inner, keep)
    t3 = self.linear(gated, run, 10).add_(t2)
    t2 = self.kept(t2, keep)
    y = t3
    if self.present(block, 11):
      y = self.to_pictures(self.linear(t3, run, 11), start.size()).add_(start)
    return [y, t, q1, k1, v1, o1, l1, t1, q2, k2, v2, o2, l2, t2, inner, t3] + run.bare

  # [dx, dtext], where `need` and `words` say so. `around`, of the picture's size, is the gradient of what the stack
  # adds its own beginning to: the dy of its last block. A first block's dx contains it.
  def transformer_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, groups: int, heads: int,
      upcast: bool, around: Tensor, text: Tensor, words: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      unread = annotate(List[Tensor], [])
      saved = self.transformer_forward(x, block, seed, groups, heads, upcast, around, text, True, unread)[1:]
    t, q1, k1, v1, o1, l1, t1, q2, k2, v2, o2, l2, t2, inner, t3 = saved[:15]
    run = Pass(block, seed, saved[15:])
    none = torch.empty([0])
    count = around.size(0)
    first = self.present(block, 0)
    dt = dy
    if self.present(block, 11):
      dt = self.linear_back(self.to_rows(dy), t3, none, run, 11, True)
    a, g = inner.chunk(2, 1)
    gate = torch.gelu(g, approximate="none")
    df = self.linear_back(dt, gate * a, none, run, 10, True)
    dinner = torch.cat([gate.mul_(df), torch.gelu_backward(df.mul_(a), g, approximate="none")], 1)
    n3, m3, r3 = self.normed(t2, block, 6, 1e-05)
    dn3 = self.linear_back(dinner, n3, none, run, 9, True)
    dt = self.normed_back(dn3, t2, m3, r3, block, 6).add_(dt)
    do2 = self.linear_back(dt, o2, none, run, 8, True)
    dq2, dk2, dv2 = self.attend_rows_back(do2, q2, k2, v2, o2, l2, count, heads, upcast, block.composed)
    dtext = self.linear_back(dk2, text, none, run, 6, words)
    dtext = self.linear_back(dv2, text, dtext, run, 7, words)
    n2, m2, r2 = self.normed(t1, block, 4, 1e-05)
    dn2 = self.linear_back(dq2, n2, none, run, 5, True)
    dt = self.normed_back(dn2, t1, m2, r2, block, 4).add_(dt)
    do1 = self.linear_back(dt, o1, none, run, 4, True)
    dq1, dk1, dv1 = self.attend_rows_back(do1, q1, k1, v1, o1, l1, count, heads, upcast, block.composed)
    n1, m1, r1 = self.normed(t, block, 2, 1e-05)
    below = need or block.plain_gradients[0].numel() > 0 or block.plain_gradients[2].numel() > 0
    below = below or block.weight_gradients[0].numel() > 0 or self.learns(block, 0)
    dn1 = self.linear_back(dq1, n1, none, run, 1, below)
    dn1 = self.linear_back(dk1, n1, dn1, run, 2, below)
    dn1 = self.linear_back(dv1, n1, dn1, run, 3, below)
    if not below:
      return [none, dtext]
    dt = self.normed_back(dn1, t, m1, r1, block, 2).add_(dt)
    if not first:
      return [dt, dtext]
    n0, m0, r0 = self.group_norm(x, block, 0, groups, 1e-06)
    under = need or block.plain_gradients[0].numel() > 0
    dn0 = self.linear_back(dt, self.to_rows(n0), none, run, 0, under)
    if not under:
      return [none, dtext]
    dx = self.group_norm_back(self.to_pictures(dn0, x.size()), x, m0, r0, block, 0, groups)
    return [dx.add_(around), dtext]

  # The end: norm, activation, convolution; in float32. [y, …]. Plain tensors: weight and bias of the norm.
  def output_forward(self, x: Tensor, block: Block, seed: int, groups: int, eps: float) -> List[Tensor]:
    run = self.begun(block, seed)
    n, m, r = self.group_norm(x, block, 0, groups, eps)
    return [self.conv(torch.silu_(n), run, 0, 1, 1).to(torch.float32)] + run.bare

  def output_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, groups: int, eps: float
  ) -> List[Tensor]:
    below = need or block.plain_gradients[0].numel() > 0
    n, m, r = self.group_norm(x, block, 0, groups, eps)
    active = torch.silu(n)
    run = self.again(active, saved, block, seed, 1, 1)
    da = self.conv_back(dy.to(x.dtype), active, torch.empty([0]), run, 0, 1, 1, below)
    if not below:
      return [da]
    return [self.group_norm_back(torch.silu_backward(da, n), x, m, r, block, 0, groups)]
