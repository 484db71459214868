# How single kinds of adapter fold and pull back, beside LoRA and MoSLoRA, which optimizer.py has. All arrays are of
# all layers of a group: [layers, …].

from typing import List

import torch
from blocks import Block
from torch import Tensor


class Kernels:
  # The mixer [[I, I], [I, I]]: both halves of the pair are the sum of down's halves, times scale.
  def fold_halves(self, down: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    a, b = down.chunk(2, 1)
    both = (a + b).mul_(scale)
    x, y = into.chunk(2, 1)
    x.copy_(both)
    y.copy_(both)
    return [into]

  def pull_back_halves(self, gradient: Tensor, scale: float) -> List[Tensor]:
    a, b = gradient.chunk(2, 1)
    a.add_(b).mul_(scale)
    b.copy_(a)
    return [gradient]

  # What kernels read as biases [layers, out]: the frozen ones and scale times the trained ones.
  def fold_biases(self, frozen: Tensor, bias: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(torch.add(frozen, bias, alpha=scale))
    return [into]

  # AdaLoRA's diagonal [layers, r, 1]: pair = scale · diagonal ⊙ down.
  def fold_diagonal(self, diagonal: Tensor, down: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(down * (diagonal * scale))
    return [into]

  def pull_back_diagonal(
      self, gradient: Tensor, diagonal: Tensor, down: Tensor, scale: float, gdiagonal: Tensor
  ) -> List[Tensor]:
    gdiagonal.add_((gradient * down).sum(2, True), alpha=scale)
    return [gradient.mul_(diagonal * scale)]

  # The sum over layers of ‖X·Xᵀ − I‖, or of ‖Xᵀ·X − I‖ where X stands for its columns; adds weight times its gradient.
  def orthogonality(self, x: Tensor, gradient: Tensor, weight: float, columns: bool) -> List[Tensor]:
    rows = x
    into = gradient
    if columns:
      rows = x.transpose(1, 2)
      into = gradient.transpose(1, 2)
    gram = torch.bmm(rows, rows.transpose(1, 2))
    gram.diagonal(0, 1, 2).sub_(1.0)
    norms = torch.linalg_vector_norm(gram, 2, [1, 2], True)
    into.baddbmm_(gram.div_(norms.clamp_min(1e-30)), rows, alpha=2.0 * weight)
    return [norms.sum().view([1]), gradient]

  # |value · gradient|, smoothed, and how far it is from that, smoothed.
  def importance(
      self, value: Tensor, gradient: Tensor, mean: Tensor, spread: Tensor, beta1: float, beta2: float
  ) -> List[Tensor]:
    now = (value * gradient).abs_()
    mean.mul_(beta1).add_(now, alpha=1.0 - beta1)
    spread.mul_(beta2).add_(now.sub_(mean).abs_(), alpha=1.0 - beta2)
    return [mean, spread]

  # [layers, r]: how much every row of A, entry of E and column of B count together, by means and spreads of A, E, B.
  def triplet_scores(self, means: List[Tensor], spreads: List[Tensor]) -> List[Tensor]:
    rows = (means[0] * spreads[0]).mean(2)
    columns = (means[2] * spreads[2]).mean(1)
    return [(means[1] * spreads[1]).squeeze(2) + (rows + columns)]

  # The count-th smallest of all scores.
  def smallest(self, scores: List[Tensor], count: int) -> List[Tensor]:
    value, place = torch.kthvalue(torch.cat([score.flatten(0) for score in scores], 0), count)
    return [value]

  def above(self, scores: Tensor, threshold: Tensor, into: Tensor) -> List[Tensor]:
    into.copy_(scores > threshold)
    return [into]

  # Zeroes what is not kept of a diagonal [layers, r, 1].
  def cut(self, diagonal: Tensor, kept: Tensor) -> List[Tensor]:
    return [diagonal.masked_fill_((kept == 0.0).unsqueeze(2), 0.0)]

  # [out]: the squares of the rows of weight i, summed, in float32; of a convolution over all its kernel.
  def row_squares(self, block: Block, i: int) -> List[Tensor]:
    return [self.weight(block.weights, i).flatten(1).to(torch.float32).square().sum(1)]

  def row_norms(self, block: Block, i: int) -> List[Tensor]:
    return [self.row_squares(block, i)[0].sqrt_()]

  # DoRA: of every layer the norms ‖W + up·down‖ by rows [out], of which `squares` are those of W, and the gains
  # magnitude/norm.
  def fold_gains(
      self, block: Block, squares: Tensor, downs: Tensor, ups: Tensor, magnitude: Tensor, norms: Tensor, gains: Tensor
  ) -> List[Tensor]:
    none = torch.empty([0])
    for i in range(norms.size(0)):
      up = ups[i]
      # ⟨W, up·down⟩ by rows is (W·downᵀ) ⊙ up, and ‖up·down‖² is (up·(down·downᵀ)) ⊙ up.
      across = self.product(downs[i], self.weight(block.weights, i), none).t().mul_(2.0)
      across.addmm_(up, torch.mm(downs[i], downs[i].t()))
      norms[i].copy_((across.to(torch.float32) * up.to(torch.float32)).sum(1).add_(squares[i]).clamp_min_(0.0).sqrt_())
    gains.copy_(magnitude / norms.clamp_min(1e-30))
    return [norms, gains]

  def pull_back_gains(self, gradient: Tensor, norms: Tensor) -> List[Tensor]:
    return [gradient.div_(norms.clamp_min(1e-30))]
