# LLaVA's projector (Liu et al. 2023, arXiv:2310.03744): two linears with an activation between, from the tower's
# features [m, vision width · layers] to embeddings [m, hidden].

from typing import List

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # [y, inner, …]: the output and what the backward pass needs besides x.
  def projector_forward(self, x: Tensor, block: Block, seed: int, act: str) -> List[Tensor]:
    run = self.begun(block, seed)
    inner = self.linear(x, run, 0)
    return [self.linear(self.activation(inner, act), run, 1), inner] + run.bare

  def projector_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, act: str
  ) -> List[Tensor]:
    inner = saved[0]
    run = Pass(block, seed, saved[1:])
    none = torch.empty([0])
    da = self.linear_back(dy, self.activation(inner, act), none, run, 1, True)
    return [self.linear_back(self.activation_back(da, inner, act), x, none, run, 0, need)]
