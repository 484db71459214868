# The autoencoder of Stable Diffusion besides what convolution.py and unet.py have of it. Pictures are [B, c, h, w].

from typing import List

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # One head of attention over all places of a picture, with a residual. Plain tensors: weight and bias of the group
  # norm. Linears: to_q, to_k, to_v, to_out. [y, q, k, v, attention, lse, …]: the output and what the backward pass
  # needs besides x.
  def picture_attention_forward(self, x: Tensor, block: Block, seed: int, groups: int, eps: float) -> List[Tensor]:
    run = self.begun(block, seed)
    n, m, r = self.group_norm(x, block, 0, groups, eps)
    rows = self.to_rows(n)
    q = self.linear(rows, run, 0)
    k = self.linear(rows, run, 1)
    v = self.linear(rows, run, 2)
    o, lse = self.attend_rows(q, k, v, x.size(0), 1, False, block.composed)
    return [self.to_pictures(self.linear(o, run, 3), x.size()).add_(x), q, k, v, o, lse] + run.bare

  # [dx], where `need` says so.
  def picture_attention_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, groups: int, eps: float
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.picture_attention_forward(x, block, seed, groups, eps)[1:]
    q, k, v, o, lse = saved[:5]
    run = Pass(block, seed, saved[5:])
    none = torch.empty([0])
    do = self.linear_back(self.to_rows(dy), o, none, run, 3, True)
    dq, dk, dv = self.attend_rows_back(do, q, k, v, o, lse, x.size(0), 1, False, block.composed)
    n, m, r = self.group_norm(x, block, 0, groups, eps)
    rows = self.to_rows(n)
    below = need or block.plain_gradients[0].numel() > 0
    dn = self.linear_back(dq, rows, none, run, 0, below)
    dn = self.linear_back(dk, rows, dn, run, 1, below)
    dn = self.linear_back(dv, rows, dn, run, 2, below)
    if not below:
      return [none]
    return [self.group_norm_back(self.to_pictures(dn, x.size()), x, m, r, block, 0, groups).add_(dy)]

  # A resnet without time embedding and without a second input.
  def picture_resnet_forward(self, x: Tensor, block: Block, seed: int, groups: int, eps: float) -> List[Tensor]:
    none = torch.empty([0])
    return self.resnet_forward(x, block, seed, groups, eps, none, none)

  def picture_resnet_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, groups: int, eps: float
  ) -> List[Tensor]:
    none = torch.empty([0])
    return self.resnet_backward(dy, x, saved, block, seed, need, groups, eps, none, none, False)

  # Halves a picture; unlike in the UNet the border is on the right and at the bottom only.
  def picture_halved_forward(self, x: Tensor, block: Block, seed: int) -> List[Tensor]:
    run = self.begun(block, seed)
    return [self.conv(torch.constant_pad_nd(x, [0, 1, 0, 1], 0), run, 0, 2, 0)] + run.bare

  def picture_halved_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool
  ) -> List[Tensor]:
    wide = torch.constant_pad_nd(x, [0, 1, 0, 1], 0)
    run = self.again(wide, saved, block, seed, 2, 0)
    dx = self.conv_back(dy, wide, torch.empty([0]), run, 0, 2, 0, need)
    if not need:
      return [dx]
    return [torch.constant_pad_nd(dx, [0, -1, 0, -1], 0)]

  # Doubles a picture, then a convolution.
  def picture_doubled_forward(self, x: Tensor, block: Block, seed: int) -> List[Tensor]:
    return self.upsample_forward(x, block, seed, [2 * x.size(2), 2 * x.size(3)])

  def picture_doubled_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool
  ) -> List[Tensor]:
    return self.upsample_backward(dy, x, saved, block, seed, need, [2 * x.size(2), 2 * x.size(3)])

  # [mean, deviation] in float32 of moments [B, 2·channels, height, width]
  def moments(self, x: Tensor) -> List[Tensor]:
    mean, log = x.to(torch.float32).chunk(2, 1)
    return [mean.contiguous(), torch.exp(log.clamp(-30.0, 20.0) * 0.5)]

  # (mean + deviation·noise) as the UNet sees it: less `shift` [channels], times `scale` [channels]
  def latents_of(
      self, mean: Tensor, deviation: Tensor, noise: Tensor, shift: Tensor, scale: Tensor, patch: int
  ) -> List[Tensor]:
    z = mean
    if noise.numel() > 0:
      z = mean + deviation * noise
    if patch > 1:
      z = torch.pixel_unshuffle(z, patch)
    return [(z - shift.view([1, -1, 1, 1])) * scale.view([1, -1, 1, 1])]

  def latents_back(self, x: Tensor, shift: Tensor, scale: Tensor, patch: int, format: int) -> List[Tensor]:
    z = x / scale.view([1, -1, 1, 1]) + shift.view([1, -1, 1, 1])
    if patch > 1:
      z = torch.pixel_shuffle(z, patch)
    return [z.to(format)]

  # mean + deviation·noise, [B, channels, h, w] in float32, of moments [B, 2·channels, h, w].
  def drawn(self, x: Tensor, noise: Tensor) -> List[Tensor]:
    mean, deviation = self.moments(x)
    return [torch.addcmul(mean, deviation, noise)]

  # The gradient of the moments: `own`, which they have from elsewhere, plus what comes through the drawn latents.
  def drawn_back(self, dz: Tensor, x: Tensor, noise: Tensor, own: Tensor) -> List[Tensor]:
    mean, log = x.to(torch.float32).chunk(2, 1)
    wide = dz.to(torch.float32)
    bounded = log.clamp(-30.0, 20.0)
    dlog = (torch.exp(bounded * 0.5) * 0.5).mul_(noise).mul_(wide).mul_(bounded == log)
    return [torch.cat([wide, dlog], 1).add_(own).to(x.dtype)]

  # What a made picture y lacks of x, and what its moments lack of standard normal ones: [terms, dy, dmoments]. Terms
  # [5]: the weighted sum; mean |e|, mean e², mean |∂e| along both sides together, for e = y - x; the mean over all
  # latents of (μ² + σ² - 1 - log σ²) / 2. The gradients are those of share · sum.
  def picture_loss(self, y: Tensor, x: Tensor, moments: Tensor, weights: List[float], share: float) -> List[Tensor]:
    e = y.to(torch.float32) - x
    right = e[:, :, :, 1:] - e[:, :, :, :-1]
    down = e[:, :, 1:] - e[:, :, :-1]
    mean, log = moments.to(torch.float32).chunk(2, 1)
    bounded = log.clamp(-30.0, 20.0)
    variance = torch.exp(bounded)
    edges = right.abs().mean() + down.abs().mean()
    divergence = (mean.square() + variance - 1.0 - bounded).mean() * 0.5
    terms = torch.stack([e.abs().mean(), e.square().mean(), edges, divergence])
    total = terms[0] * weights[0] + terms[1] * weights[1] + terms[2] * weights[2] + terms[3] * weights[3]
    dy = torch.sign(e).mul_(share * weights[0] / float(e.numel()))
    dy.add_(e, alpha=2.0 * share * weights[1] / float(e.numel()))
    step = torch.sign(right).mul_(share * weights[2] / float(right.numel()))
    dy.add_(torch.constant_pad_nd(step, [1, 0], 0)).sub_(torch.constant_pad_nd(step, [0, 1], 0))
    step = torch.sign(down).mul_(share * weights[2] / float(down.numel()))
    dy.add_(torch.constant_pad_nd(step, [0, 0, 1, 0], 0)).sub_(torch.constant_pad_nd(step, [0, 0, 0, 1], 0))
    scale = share * weights[3] / float(mean.numel())
    dlog = (variance - 1.0).mul_(0.5 * scale).mul_(bounded == log)
    return [torch.cat([total.view([1]), terms]), dy, torch.cat([mean * scale, dlog], 1)]
