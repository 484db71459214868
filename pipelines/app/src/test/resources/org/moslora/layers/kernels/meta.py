# What stands on libtorch's device `meta` for operators that have nothing there: other operators with results of the same
# shapes, formats and devices, which refuse arrays of two devices as those would.

from typing import List, Optional, Tuple

import torch
from torch import Tensor


class Kernels:
  # An array of x's form without anything in it.
  def without_data(self, x: Tensor) -> List[Tensor]:
    return [torch.empty_strided(x.size(), x.stride(), dtype=x.dtype, device=torch.device("meta"))]

  def meta_index_select(self, x: Tensor, axis: int, places: Tensor) -> Tensor:
    assert x.device == places.device
    size = x.size()
    size[axis] = places.numel()
    return torch.empty(size, dtype=x.dtype, device=x.device)

  def meta_roll(self, x: Tensor, shifts: List[int], dims: List[int]) -> Tensor:
    return torch.empty_like(x)

  def meta_layer_norm(
      self, x: Tensor, shape: List[int], w: Optional[Tensor], b: Optional[Tensor], eps: float
  ) -> Tuple[Tensor, Tensor, Tensor]:
    one = x.to(torch.float32).sum([-1], True)
    y = torch.empty_like(x)
    if w is not None:
      y = y * w
    if b is not None:
      y = y + b
    return (y, one, one)

  def meta_conv2d(
      self, x: Tensor, w: Tensor, b: Optional[Tensor], stride: List[int], padding: List[int] = [0, 0]
  ) -> Tensor:
    assert x.device == w.device and x.dtype == w.dtype and x.size(1) == w.size(1)
    high = (x.size(2) + 2 * padding[0] - w.size(2)) // stride[0] + 1
    wide = (x.size(3) + 2 * padding[1] - w.size(3)) // stride[1] + 1
    y = torch.empty([x.size(0), w.size(0), high, wide], dtype=x.dtype, device=x.device)
    if b is not None:
      return y + b.view([1, -1, 1, 1])
    return y

  def meta_adamw(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor]) -> Tensor:
    return p[0] + g[0] + m[0] + v[0]

  def meta_convolution_backward(
      self, dy: Tensor, x: Tensor, w: Tensor, bias: Optional[List[int]], stride: List[int], padding: List[int],
      dilation: List[int], transposed: bool, more: List[int], groups: int, mask: List[bool]
  ) -> Tuple[Tensor, Tensor, Tensor]:
    assert dy.device == x.device and x.device == w.device
    return (torch.empty_like(x), torch.empty_like(w), torch.empty([w.size(0)], dtype=w.dtype, device=w.device))

  def meta_group_norm(
      self, x: Tensor, w: Tensor, b: Tensor, n: int, c: int, places: int, groups: int, eps: float
  ) -> Tuple[Tensor, Tensor, Tensor]:
    one = torch.empty([n, groups], dtype=x.dtype, device=x.device)
    return (x * w.view([1, c, 1, 1]) + b.view([1, c, 1, 1]), one, one)

  def meta_group_norm_backward(
      self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, w: Tensor, n: int, c: int, places: int, groups: int,
      mask: List[bool]
  ) -> Tuple[Tensor, Tensor, Tensor]:
    assert mean.device == x.device and r.device == x.device
    return (dy * x * w.view([1, c, 1, 1]), torch.empty_like(w), torch.empty_like(w))

  def meta_layer_norm_backward(
      self, dy: Tensor, x: Tensor, shape: List[int], mean: Tensor, r: Tensor, w: Optional[Tensor], b: Optional[Tensor],
      mask: List[bool]
  ) -> Tuple[Tensor, Tensor, Tensor]:
    assert mean.device == x.device and r.device == x.device
    dx = dy * x
    if w is None:
      return (dx, mean, mean)
    return (dx * w, torch.empty_like(w), torch.empty_like(w))

  def meta_pool(self, x: Tensor, size: List[int]) -> Tensor:
    return torch.empty(x.size()[:-2] + size, dtype=x.dtype, device=x.device)

  def meta_attention(
      self, q: Tensor, k: Tensor, v: Tensor, attn_mask: Optional[Tensor], dropout_p: float, is_causal: bool
  ) -> Tensor:
    scores = torch.matmul(q, k.transpose(-2, -1))
    if attn_mask is not None:
      scores = scores * attn_mask
    return torch.matmul(scores, v)

  # These do not look at the devices of what they are given.
  def meta_mm(self, x: Tensor, y: Tensor) -> Tensor:
    assert x.device == y.device
    return torch.mm(x, y)

  def meta_bmm(self, x: Tensor, y: Tensor) -> Tensor:
    assert x.device == y.device
    return torch.bmm(x, y)

  def meta_matmul(self, x: Tensor, y: Tensor) -> Tensor:
    assert x.device == y.device
    return torch.matmul(x, y)

  def meta_masked_fill_(self, x: Tensor, mask: Tensor, value: float) -> Tensor:
    assert x.device == mask.device
    return x

  def meta_addmm(self, x: Tensor, a: Tensor, b: Tensor, beta: float = 1.0, alpha: float = 1.0) -> Tensor:
    assert x.device == a.device and a.device == b.device
    return torch.addmm(x, a, b, beta=beta, alpha=alpha)

  def meta_addmm_(self, x: Tensor, a: Tensor, b: Tensor, alpha: float = 1.0) -> Tensor:
    assert x.device == a.device and a.device == b.device
    return x.addmm_(a, b, alpha=alpha)

  def meta_baddbmm_(self, x: Tensor, a: Tensor, b: Tensor, alpha: float = 1.0) -> Tensor:
    assert x.device == a.device and a.device == b.device
    return x.baddbmm_(a, b, alpha=alpha)

  def meta_index_add_(self, x: Tensor, axis: int, places: Tensor, parts: Tensor) -> Tensor:
    assert x.device == places.device and x.device == parts.device
    return x

  # Of arrays those that hold something and lie elsewhere.
  def elsewhere(self, xs: List[Tensor]) -> List[Tensor]:
    others: List[Tensor] = []
    for x in xs:
      if x.numel() > 0 and not x.is_meta:
        others.append(x)
    return others

  # What a GPU's own attention takes and gives.
  def meta_attention_forward(
      self, q: Tensor, k: Tensor, v: Tensor, bias: Optional[Tensor], starts: Optional[Tensor],
      starts_k: Optional[Tensor], most: Optional[int], most_k: Optional[int], dropout: float, mask: int, lse: bool,
      scale: Optional[float]
  ) -> Tuple[Tensor, Tensor, Tensor, Tensor, int, int]:
    assert q.device == k.device and q.device == v.device and q.dtype == k.dtype and q.dtype == v.dtype
    assert k.size() == v.size() and q.size(0) == k.size(0) and q.size(2) == k.size(2) and q.size(3) == k.size(3)
    assert q.stride(-1) == 1 and k.stride(-1) == 1 and v.stride(-1) == 1
    count, rows = q.size(0), q.size(1)
    if starts is not None and most is not None:
      assert starts.device == q.device and starts.dtype == torch.int32 and q.size(0) == 1
      count, rows = starts.numel() - 1, most
    sums = torch.empty([count, q.size(2), (rows + 31) // 32 * 32], dtype=torch.float32, device=q.device)
    one = torch.empty([], dtype=torch.int64, device=q.device)
    return (torch.empty(q.size(), dtype=q.dtype, device=q.device), sums, one, one, rows, k.size(1))

  def meta_attention_backward(
      self, do: Tensor, q: Tensor, k: Tensor, v: Tensor, bias: Optional[Tensor], o: Tensor, starts: Optional[Tensor],
      starts_k: Optional[Tensor], most: int, most_k: int, lse: Tensor, dropout: float, seed: Tensor, offset: Tensor,
      mask: int, bias_learns: bool, scale: Optional[float]
  ) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    again, sums, a, b, rows, columns = self.meta_attention_forward(
        q, k, v, bias, starts, starts_k, most, most_k, dropout, mask, True, scale)
    assert do.size() == q.size() and o.size() == q.size() and do.dtype == q.dtype and o.dtype == q.dtype
    assert lse.device == q.device and do.device == q.device and seed.device == q.device
    assert do.stride(-1) == 1 and o.stride(-1) == 1
    return (torch.empty_like(q), torch.empty_like(k), torch.empty_like(v), seed)
