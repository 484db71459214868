# CLIP's vision transformer (Radford et al. 2021, arXiv:2103.00020), pre-norm, and SigLIP's, which has no norm before
# the first block.
# Plain tensors of a block: weight and bias of the first norm, of the second. Linears: q, k, v, out, fc1, fc2.
# x [pictures · tokens, width].

from typing import List

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # [pictures, tokens, width]: class token and patches of every picture, with positions. Plain tensors: patch weight
  # [w, 3, p, p], patch bias or none, class token [w] or none, positions [tokens, w], norm weight and bias.
  def patches(self, pixels: Tensor, block: Block) -> Tensor:
    patch = block.plain[0].size(2)
    x = torch.conv2d(pixels.to(block.plain[0].dtype), block.plain[0], None, [patch, patch])
    x = x.flatten(2).transpose(1, 2)  # [pictures, patches, w]
    if block.plain[1].numel() > 0:
      x = x + block.plain[1]
    if block.plain[2].numel() > 0:
      x = torch.cat([block.plain[2].view([1, 1, -1]).expand([x.size(0), 1, x.size(2)]), x], 1)
    return x + block.plain[3]

  # [rows, width]: the same, normed where there is a norm.
  def vision_embed(self, pixels: Tensor, block: Block, eps: float) -> List[Tensor]:
    x = self.patches(pixels, block).flatten(0, 1)
    if block.plain[4].numel() == 0:
      return [x]
    y, mean, r = self.normed(x, block, 4, eps)
    return [y]

  # Adds the gradients of everything that vision_embed reads but the pixels; returns that of the rows before the norm,
  # which nobody needs. The patches are computed again.
  def vision_embed_back(self, dy: Tensor, pixels: Tensor, block: Block, eps: float) -> List[Tensor]:
    x = self.patches(pixels, block)
    rows = x.flatten(0, 1)
    drows = dy
    if block.plain[4].numel() > 0:
      y, mean, r = self.normed(rows, block, 4, eps)
      drows = self.normed_back(dy, rows, mean, r, block, 4)
    dx = drows.view(x.size())
    if block.plain_gradients[3].numel() > 0:
      block.plain_gradients[3].add_(dx.sum(0))
    if block.plain[2].numel() > 0:
      if block.plain_gradients[2].numel() > 0:
        block.plain_gradients[2].add_(dx[:, 0].sum(0))
      dx = dx[:, 1:]
    dx = dx.flatten(0, 1)  # [pictures · patches, w]
    if block.plain_gradients[1].numel() > 0:
      block.plain_gradients[1].add_(dx.sum(0))
    if block.plain_gradients[0].numel() > 0:
      patch = block.plain[0].size(2)
      # [pictures, 3, h, w, p, p]
      seen = pixels.to(block.plain[0].dtype).unfold(2, patch, patch).unfold(3, patch, patch)
      rows = seen.permute([0, 2, 3, 1, 4, 5]).reshape([dx.size(0), -1])
      self.accumulate(block.plain_gradients[0].flatten(1), dx.t(), rows)
    return [drows]

  # One block, of the tower or (causal) of the text encoder.
  # [y, q, k, v, attention, lse, h, inner, …]: the output and what the backward pass needs besides x.
  def clip_forward(
      self, x: Tensor, block: Block, seed: int, heads: int, eps: float, act: str, causal: bool, lengths: List[int]
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    rows = x.size(0)
    n1, m1, r1 = self.normed(x, block, 0, eps)
    q = self.linear(n1, run, 0).view([rows, heads, -1])
    k = self.linear(n1, run, 1).view([rows, heads, -1])
    v = self.linear(n1, run, 2).view([rows, heads, -1])
    o, lse = self.attend(q, k, v, lengths, causal, block.composed)
    h = self.linear(o, run, 3).add_(x)
    n2, m2, r2 = self.normed(h, block, 2, eps)
    inner = self.linear(n2, run, 4)
    y = self.linear(self.activation(inner, act), run, 5).add_(h)
    return [y, q, k, v, o, lse, h, inner] + run.bare

  # As decoder_backward.
  def clip_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, heads: int, eps: float,
      act: str, causal: bool, lengths: List[int]
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.clip_forward(x, block, seed, heads, eps, act, causal, lengths)[1:]
    q, k, v, o, lse, h, inner = saved[:7]
    run = Pass(block, seed, saved[7:])
    none = torch.empty([0])
    da = self.linear_back(dy, self.activation(inner, act), none, run, 5, True)
    dinner = self.activation_back(da, inner, act)
    n2, m2, r2 = self.normed(h, block, 2, eps)
    dn2 = self.linear_back(dinner, n2, none, run, 4, True)
    dh = self.normed_back(dn2, h, m2, r2, block, 2).add_(dy)
    do = self.linear_back(dh, o, none, run, 3, True)
    dq, dk, dv = self.attend_back(do, q, k, v, o, lse, lengths, causal, block.composed)
    rows = x.size(0)
    n1, m1, r1 = self.normed(x, block, 0, eps)
    below = need or block.plain_gradients[0].numel() > 0 or block.plain_gradients[1].numel() > 0
    dn1 = self.linear_back(dq.reshape([rows, -1]), n1, none, run, 0, below)
    dn1 = self.linear_back(dk.reshape([rows, -1]), n1, dn1, run, 1, below)
    dn1 = self.linear_back(dv.reshape([rows, -1]), n1, dn1, run, 2, below)
    if not below:
      return [none]
    return [self.normed_back(dn1, x, m1, r1, block, 0).add_(dh)]

  # Features of the chosen layers side by side: [pictures · used tokens, width · layers]; `skip` 1 leaves the class
  # token.
  def features(self, states: List[Tensor], pictures: int, skip: int) -> List[Tensor]:
    wide = torch.cat(states, 1)
    width = wide.size(1)
    return [wide.view([pictures, -1, width])[:, skip:].reshape([-1, width])]

  # The gradients of the chosen layers' states, from that of the features.
  def features_back(self, d: Tensor, pictures: int, skip: int, layers: int) -> List[Tensor]:
    used = d.view([pictures, -1, d.size(1)])
    if skip > 0:
      used = torch.cat([torch.zeros([pictures, skip, d.size(1)], dtype=d.dtype, device=d.device), used], 1)
    return [part.contiguous() for part in used.reshape([-1, d.size(1)]).chunk(layers, 1)]
