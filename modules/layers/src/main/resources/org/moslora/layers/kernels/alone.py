# One operation by itself, on made-up entries: what the account of a step's time is held against. Formats are libtorch's
# codes.

from typing import List

import torch
from torch import Tensor


class Kernels:
  # An array of this size, or one whose last two axes are the other way round in memory.
  def made_up(self, size: List[int], turned: bool, format: int) -> Tensor:
    if not turned:
      return torch.full(size, 0.5, dtype=format)
    last = len(size) - 1
    swapped = size[:last - 1] + [size[last], size[last - 1]]
    return torch.full(swapped, 0.5, dtype=format).transpose(-2, -1)

  # left·right, of matrices or of as many of them on both sides.
  def alone_product(
      self, left: List[int], right: List[int], left_turned: bool, right_turned: bool, onednn: bool, format: int
  ) -> List[Tensor]:
    a = self.made_up(left, left_turned, format)
    b = self.made_up(right, right_turned, format)
    if onednn and len(left) == 2:
      return [self.onednn_product(a, b.t(), torch.empty([0]))]
    if len(left) == 2:
      return [torch.mm(a, b)]
    return [torch.bmm(a, b)]

  # Pictures, or kernels, with their channels last in memory where `last`.
  def laid(self, size: List[int], last: bool, format: int) -> Tensor:
    x = torch.full(size, 0.5, dtype=format)
    if last:
      return x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
    return x

  def alone_convolution(
      self, x: List[int], w: List[int], stride: int, padding: int, last: bool, format: int
  ) -> List[Tensor]:
    pictures, kernel = self.laid(x, last, format), self.laid(w, last, format)
    return [torch.conv2d(pictures, kernel, None, [stride, stride], [padding, padding])]

  def alone_convolution_back(
      self, dy: List[int], x: List[int], w: List[int], stride: int, padding: int, last: bool, format: int
  ) -> List[Tensor]:
    gradient, pictures, kernel = self.laid(dy, last, format), self.laid(x, last, format), self.laid(w, last, format)
    dx, dw = self.convolution_back(gradient, pictures, kernel, stride, padding, True, False)
    return [dx]

  def alone_attention(self, q: List[int], k: List[int], causal: bool, format: int) -> List[Tensor]:
    queries, keys = torch.full(q, 0.5, dtype=format), torch.full(k, 0.5, dtype=format)
    o, lse = torch._scaled_dot_product_flash_attention_for_cpu(
        queries, keys, keys, 0., causal, attn_mask=None, scale=None)
    return [o, lse]

  def alone_attention_back(self, q: List[int], k: List[int], causal: bool, format: int) -> List[Tensor]:
    queries, keys = torch.full(q, 0.5, dtype=format), torch.full(k, 0.5, dtype=format)
    o, lse = torch._scaled_dot_product_flash_attention_for_cpu(
        queries, keys, keys, 0., causal, attn_mask=None, scale=None)
    dq, dk, dv = torch._scaled_dot_product_flash_attention_for_cpu_backward(
        queries, queries, keys, keys, o, lse, 0., causal, attn_mask=None, scale=None)
    return [dq]
