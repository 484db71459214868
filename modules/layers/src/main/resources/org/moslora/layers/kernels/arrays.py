# Arrays made, moved and drawn. A `format` that is handed over is libtorch's code of a number format.

from typing import List

import torch
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # A copy of x in another number format and on another device.
  def converted(self, x: Tensor, format: int, device: str) -> List[Tensor]:
    return [x.to(torch.device(device), format).clone()]

  # x of the host on a device. From pages that the system does not move, a GPU fetches it when its queue comes to that,
  # and the host goes on meanwhile; the library keeps such pages until the copy is made.
  def uploaded(self, x: Tensor, device: str) -> List[Tensor]:
    if device.startswith("cuda"):
      return [x.pin_memory().to(torch.device(device), non_blocking=True)]
    return [x.to(torch.device(device)).clone()]

  def copied_into(self, into: Tensor, x: Tensor) -> List[Tensor]:
    into.copy_(x.reshape(into.size()))
    return [into]

  # x at the beginning of a longer second axis.
  def copied_ahead(self, into: Tensor, x: Tensor) -> List[Tensor]:
    into[:, :x.size(1)].copy_(x)
    return [into]

  # A window into x: count entries from start of its flattened form, seen with another shape; shares x's memory.
  def window(self, x: Tensor, start: int, shape: List[int]) -> List[Tensor]:
    count = 1
    for size in shape:
      count = count * size
    return [x.view([-1])[start:start + count].view(shape)]

  def row(self, x: Tensor, i: int) -> List[Tensor]:
    return [x[i]]

  # Some rows or columns of x.
  def selected(self, x: Tensor, axis: int, places: Tensor) -> List[Tensor]:
    return [x.index_select(axis, places)]

  # The same rows of several tables.
  def picked(self, tables: List[Tensor], rows: Tensor) -> List[Tensor]:
    return [table.index_select(0, rows) for table in tables]

  def blank(self, shape: List[int], format: int, device: str) -> List[Tensor]:
    return [torch.zeros(shape, dtype=format, device=torch.device(device))]

  def filled(self, x: Tensor, value: float) -> List[Tensor]:
    return [x.fill_(value)]

  def added(self, x: Tensor, y: Tensor) -> List[Tensor]:
    return [x + y]

  # Adds arrays to `into`, one after the other.
  def added_to(self, into: Tensor, xs: List[Tensor]) -> List[Tensor]:
    for x in xs:
      into.add_(x)
    return [into]

  def concatenated(self, xs: List[Tensor], axis: int) -> List[Tensor]:
    return [torch.cat(xs, axis)]

  # Matrices along a diagonal; a matrix without columns only takes its rows.
  def block_diagonal(self, xs: List[Tensor]) -> List[Tensor]:
    return [torch.block_diag(xs)]

  # The second half of x's rows, then the first.
  def halves_swapped(self, x: Tensor) -> List[Tensor]:
    return [torch.roll(x, [x.size(0) // 2], [0])]

  def scaled(self, x: Tensor, scale: float) -> List[Tensor]:
    return [x * scale]

  # target + up·down in float32, back in the target's format: what merging an adapter makes of a weight.
  def merged(self, weight: Tensor, down: Tensor, up: Tensor, format: int) -> List[Tensor]:
    wide = weight.flatten(1).to(torch.float32)
    whole = torch.addmm(wide, up.to(torch.float32), down.to(torch.float32))
    return [whole.view(weight.size()).to(format)]

  # A pair for a weight that stands the other way round: (left·right)ᵀ = rightᵀ·leftᵀ.
  def turned(self, down: Tensor, up: Tensor) -> List[Tensor]:
    return [up.t().contiguous(), down.t().contiguous()]

  def uniform(self, shape: List[int], bound: float, seed: int) -> List[Tensor]:
    draws = torch.Generator(device=torch.device("cpu"), seed=seed)
    return [torch.empty(shape).uniform_(-bound, bound, generator=draws)]

  def normal(self, shape: List[int], deviation: float, seed: int) -> List[Tensor]:
    draws = torch.Generator(device=torch.device("cpu"), seed=seed)
    return [torch.empty(shape).normal_(0.0, deviation, generator=draws)]

  # So many arrays of one shape, one after the other from the generator of a seed.
  def normals(self, shape: List[int], count: int, seed: int) -> List[Tensor]:
    draws = torch.Generator(device=torch.device("cpu"), seed=seed)
    drawn = annotate(List[Tensor], [])
    for i in range(count):
      drawn.append(torch.randn(shape, generator=draws))
    return drawn

  # A random orthogonal matrix: Q of a Gaussian matrix, its signs fixed by R's diagonal so that it is uniform.
  def orthogonal(self, size: int, seed: int) -> List[Tensor]:
    draws = torch.Generator(device=torch.device("cpu"), seed=seed)
    q, r = torch.linalg_qr(torch.empty([size, size]).normal_(0.0, 1.0, generator=draws), "reduced")
    return [q * torch.sign(torch.diagonal(r))]

  # count entries from start of x's flattened form, in the format of a file, on the CPU.
  def stretch(self, x: Tensor, start: int, count: int, format: int) -> List[Tensor]:
    return [x.reshape([-1])[start:start + count].to(torch.device("cpu"), format).contiguous()]

  # The largest absolute value, as one float.
  def largest(self, x: Tensor) -> List[Tensor]:
    return [x.abs().max().to(torch.float32)]

  # Whether all entries are finite, as one float: 1 or 0.
  def finite(self, x: Tensor) -> List[Tensor]:
    return [torch.isfinite(x.sum()).to(torch.float32)]

  def seed_default_generator(self, seed: int) -> List[Tensor]:
    torch.manual_seed(seed)
    return annotate(List[Tensor], [])
