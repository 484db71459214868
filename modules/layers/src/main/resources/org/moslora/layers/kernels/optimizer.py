# The update of a step, on flat float32 buffers.

from typing import List

import torch
from torch import Tensor


class Kernels:
  # pair [layers, r, in] = scale · mixer·down, written over `into` in its format
  def fold(self, mixer: Tensor, down: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(torch.bmm(mixer, down).mul_(scale))
    return [into]

  def fold_plain(self, down: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(down * scale)
    return [into]

  # The chain rule through fold, layer by layer in the place where the gradient was gathered: `gradient` [layers, r, in]
  # comes as that of the folded pair and leaves as that of down; adds to the mixer's.
  def pull_back(self, gradient: Tensor, mixer: Tensor, down: Tensor, scale: float, gmixer: Tensor) -> List[Tensor]:
    for i in range(gradient.size(0)):
      gmixer[i].addmm_(gradient[i], down[i].t(), alpha=scale)
      gradient[i].copy_(torch.mm(mixer[i].t(), gradient[i]).mul_(scale))
    return [gradient]

  def pull_back_plain(self, gradient: Tensor, scale: float) -> List[Tensor]:
    return [gradient.mul_(scale)]

  def zero(self, xs: List[Tensor]) -> List[Tensor]:
    for x in xs:
      x.zero_()
    return xs

  # The norm of all gradients before clipping; they are scaled down to `limit` where it is above 0 and exceeded.
  def clip(self, gradient: Tensor, limit: float) -> List[Tensor]:
    norm = torch.linalg_vector_norm(gradient, 2)
    if limit > 0.0:
      gradient.mul_(torch.clamp(limit / (norm + 1e-6), max=1.0))
    return [norm]

  # AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) as PyTorch has it, one fused pass; step counts from 1.
  def adamw(
      self, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor, step: int, rate: float, beta1: float,
      beta2: float, eps: float, decay: float
  ) -> List[Tensor]:
    count = torch.full([], float(step), dtype=torch.float32, device=value.device)
    # The list that is written to must be the one that is returned: the compiler drops the call as dead otherwise.
    values = [value]
    torch._fused_adamw_(
        values, [gradient], [first], [second], [], [count], lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay,
        eps=eps, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
    return values

  # average += share · (value − average)
  def averaged(self, average: Tensor, value: Tensor, share: float) -> List[Tensor]:
    return [average.lerp_(value, share)]

  # Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon): momentum whose singular values are all made
  # about one by five Newton-Schulz steps, for a matrix value [rows, columns]. A step is as long as for a square matrix,
  # times the root of rows over columns where there are more of the former.
  def muon(
      self, value: Tensor, gradient: Tensor, momentum: Tensor, rate: float, beta: float, decay: float
  ) -> List[Tensor]:
    momentum.mul_(beta).add_(gradient)
    x = gradient.add(momentum, alpha=beta)
    tall = x.size(0) > x.size(1)
    if tall:
      x = x.t()
    x = x / (torch.linalg_vector_norm(x, 2) + 1e-7)
    for i in range(5):
      a = torch.mm(x, x.t())
      b = torch.addmm(a, a, a, beta=-4.775, alpha=2.0315)
      x = torch.addmm(x, b, x, beta=3.4445)
    longer = 1.0
    if tall:
      x = x.t()
      longer = (float(x.size(0)) / float(x.size(1))) ** 0.5
    value.mul_(1.0 - rate * decay).add_(x, alpha=-rate * longer)
    return [value, momentum]
