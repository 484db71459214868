# What training a denoiser needs besides the model: random numbers, noisy samples, the loss.

from typing import List

import torch
from torch import Tensor


class Kernels:
  # Of one micro-batch, from libtorch's default generator in this order: noise of the latents [B, …], noise [B, …], its
  # offset for whole channels where `offset` is above 0, timesteps [B] below `steps`. [noise of the latents, noise with
  # its offset, timesteps], the first two on `device`.
  def training_draws(self, shape: List[int], steps: int, offset: float, device: str) -> List[Tensor]:
    own = torch.randn(shape)
    noise = torch.randn(shape)
    if offset > 0.0:
      noise.add_(torch.randn([shape[0], shape[1], 1, 1]), alpha=offset)
    times = torch.randint(0, steps, [shape[0]])
    return [own.to(torch.device(device)), noise.to(torch.device(device)), times]

  # The same for flow matching: noise of the latents [B, …] where `own` says so, noise [B, …], places [B] from 0 to 1 on
  # the way from noise to picture, by a scheme: logit_normal, the logistic function of a normal number of this mean and
  # deviation; mode, with more at the middle by `scale`; else even. [noise of the latents, noise, places]
  def flow_draws(
    self, shape: List[int], own: bool, scheme: str, mean: float, deviation: float, scale: float, device: str
  ) -> List[Tensor]:
    latents = torch.empty([0])
    if own:
      latents = torch.randn(shape)
    noise = torch.randn(shape)
    if scheme == "logit_normal":
      u = torch.sigmoid(torch.normal(mean, deviation, [shape[0]]))
    else:
      u = torch.rand([shape[0]])
    if scheme == "mode":
      bend = torch.cos(u * 1.5707963267948966).square()
      u = 1.0 - u - (bend - 1.0 + u) * scale
    return [latents.to(torch.device(device)), noise.to(torch.device(device)), u]

  # a·x + b·y with weights [B] of each picture
  def blended(self, x: Tensor, y: Tensor, a: Tensor, b: Tensor) -> List[Tensor]:
    return [a.view([-1, 1, 1, 1]) * x + b.view([-1, 1, 1, 1]) * y]

  # A mask of pixels [B, 1, H, W] as one of latents [B, 1, h, w], each the mean of its area.
  def latent_mask(self, mask: Tensor, height: int, width: int) -> List[Tensor]:
    return [torch.adaptive_avg_pool2d(mask, [height, width])]

  # [loss, gradient]: squared errors of a prediction [B, …], each by its mask [B, 1, h, w] from 0 to 1, the mean of each
  # picture's, of its masked-out latents too, by weights [B], and the gradient of scale · loss.
  def denoising_loss(
    self, prediction: Tensor, target: Tensor, mask: Tensor, weights: Tensor, scale: float
  ) -> List[Tensor]:
    error = prediction - target
    each = (error.square() * mask).flatten(1).mean(1)
    share = (weights * (2.0 * scale * float(error.size(0)) / float(error.numel()))).view([-1, 1, 1, 1])
    return [(each * weights).sum().view([1]), error.mul_(mask * share)]
