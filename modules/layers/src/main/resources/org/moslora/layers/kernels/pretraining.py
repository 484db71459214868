# What training a model from nothing needs besides the model.

from typing import List, Tuple

import torch
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # [loss, gradient]: the mean of squared errors of a prediction [B, c, h, w], each place weighed by `weights` [B, h, w]
  # over their mean, and the gradient of scale · loss.
  def framed_loss(self, prediction: Tensor, target: Tensor, weights: Tensor, scale: float) -> List[Tensor]:
    error = prediction - target
    share = (weights / (weights.sum() * float(error.size(1)))).unsqueeze(1)
    return [(error.square() * share).sum().view([1]), error.mul_(share).mul_(2.0 * scale)]

  # Rows of length one, and their lengths before.
  def unit_rows(self, x: Tensor) -> Tuple[Tensor, Tensor]:
    size = torch.linalg_vector_norm(x, 2, [-1], True)
    return (x / size, size)

  # The gradient of x, from that of its unit rows u.
  def unit_rows_back(self, du: Tensor, u: Tensor, size: Tensor) -> Tensor:
    return (du - u * (du * u).sum(-1, True)) / size

  # [loss, hits, dpictures, dtexts] of CLIP's symmetric contrast (Radford et al. 2021, section 2.3) between pictures and
  # texts [B, width], of which the i-th belong together; `temperature` [1] is the logarithm of what cosines are
  # multiplied by. Gradients are those of scale · loss, the temperature's added to `gtemperature` where it has entries;
  # hits counts pictures whose own text is the nearest.
  def contrast(
      self, pictures: Tensor, texts: Tensor, temperature: Tensor, gtemperature: Tensor, scale: float
  ) -> List[Tensor]:
    p, psize = self.unit_rows(pictures)
    t, tsize = self.unit_rows(texts)
    sharp = temperature.exp()
    z = torch.mm(p, t.t()) * sharp
    rows = torch.log_softmax(z, 1)
    columns = torch.log_softmax(z, 0)
    loss = (rows.diagonal().mean() + columns.diagonal().mean()) * -0.5
    own = torch.eye(z.size(0), dtype=torch.float32, device=z.device)
    dz = (rows.exp() + columns.exp() - own * 2.0) * (0.5 * scale / float(z.size(0)))
    if gtemperature.numel() > 0:
      gtemperature.add_((dz * z).sum())
    dz = dz * sharp
    hits = (z.argmax(1) == torch.arange(z.size(0), device=z.device)).to(torch.float32).sum()
    dpictures = self.unit_rows_back(torch.mm(dz, t), p, psize)
    dtexts = self.unit_rows_back(torch.mm(dz.t(), p), t, tsize)
    return [loss.view([1]), hits.view([1]), dpictures, dtexts]

  # [loss, hits [m], counts [m], dx]: what rows x [n, width] say to m questions at once, of which the i-th has sizes[i]
  # answers, and `answers` [m, n] the right ones, −1 where there is none; `head` [Σ sizes, width]. The loss is the sum
  # over questions of the mean negative log-likelihood; gradients are those of scale · loss.
  def labelled(
      self, x: Tensor, head: Tensor, ghead: Tensor, answers: Tensor, sizes: List[int], scale: float
  ) -> List[Tensor]:
    z = torch.mm(x, head.t())
    losses = annotate(List[Tensor], [])
    hits = annotate(List[Tensor], [])
    counts = annotate(List[Tensor], [])
    dzs = annotate(List[Tensor], [])
    start = 0
    for i in range(len(sizes)):
      asked = (answers[i] >= 0).to(torch.float32)
      aim = answers[i].clamp(min=0).unsqueeze(1)
      part = z[:, start:start + sizes[i]]
      likely = torch.log_softmax(part, 1)
      count = asked.sum()
      share = asked / count.clamp(min=1.0)
      losses.append((likely.gather(1, aim).squeeze(1) * share).sum().neg())
      hits.append(((part.argmax(1) == answers[i]).to(torch.float32) * asked).sum())
      counts.append(count)
      ones = torch.full([aim.size(0), 1], -1.0, dtype=torch.float32, device=x.device)
      dzs.append(likely.exp().scatter_add(1, aim, ones) * (share * scale).unsqueeze(1))
      start = start + sizes[i]
    dz = torch.cat(dzs, 1)
    if ghead.numel() > 0:
      ghead.addmm_(dz.t(), x)
    return [torch.stack(losses, 0).sum().view([1]), torch.stack(hits, 0), torch.stack(counts, 0), torch.mm(dz, head)]

  # [weight, bias] of a linear that sees rows like x [n, in] as if they had mean 0 and covariance one.
  def whitened(self, x: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    mean = x.mean([0])
    wide = (x - mean).to(torch.float64)
    covariance = torch.mm(wide.t(), wide) / float(x.size(0))
    least = covariance.diagonal().mean() * 0.0001
    root = torch.linalg_cholesky(covariance + torch.eye(x.size(1), dtype=torch.float64, device=x.device) * least)
    changed = torch.mm(weight, torch.linalg_inv(root).to(torch.float32))
    return [changed, bias - torch.mv(changed, mean)]

  # Mean over pictures [B, 3, h, w] from −1 to 1 of the peak signal over the noise, in decibels.
  def peak_signal(self, made: Tensor, wanted: Tensor) -> List[Tensor]:
    error = (made.clamp(-1.0, 1.0) - wanted).square().flatten(1).mean(1)
    return [((4.0 / error.clamp(min=1e-10)).log10() * 10.0).mean().view([1])]

  # [weight, bias, weight, bias] of an autoencoder's quant_conv and post_quant_conv, changed from `ends` so that latents
  # like `means` [B, c, h, w] come out with mean 0 and deviation 1 in every channel and are decoded as before. The first
  # gives means and logarithms of variances, [2c, …].
  def even_latents(self, means: Tensor, ends: List[Tensor]) -> List[Tensor]:
    middle = means.mean([0, 2, 3])
    spread = (means - middle.view([1, -1, 1, 1])).square().mean([0, 2, 3]).sqrt()
    c = means.size(1)
    scale = torch.cat([spread.reciprocal(), torch.ones_like(spread)], 0)
    bias = torch.cat([(ends[1][:c] - middle) / spread, ends[1][c:] - spread.log() * 2.0], 0)
    back = ends[2].flatten(1)
    first = ends[0] * scale.view([-1, 1, 1, 1])
    last = ends[2] * spread.view([1, -1, 1, 1])
    return [first, bias, last, ends[3] + torch.mv(back, middle)]

  # [loss, dx]: rows x [n, width] are to lie near the words of a table [vocabulary, width] that belong to them, all of
  # one softmax: `answers` [m, n] gives each row up to m words, −1 for none. The loss is the sum over m of the mean
  # negative log-likelihood; gradients are those of scale · loss.
  def worded(self, x: Tensor, table: Tensor, gtable: Tensor, answers: Tensor, scale: float) -> List[Tensor]:
    likely = torch.log_softmax(torch.mm(x, table.t()), 1)
    even = likely.exp()
    dz = torch.zeros_like(likely)
    losses = annotate(List[Tensor], [])
    for i in range(answers.size(0)):
      asked = (answers[i] >= 0).to(torch.float32)
      aim = answers[i].clamp(min=0).unsqueeze(1)
      share = asked / asked.sum().clamp(min=1.0)
      losses.append((likely.gather(1, aim).squeeze(1) * share).sum().neg())
      share = (share * scale).unsqueeze(1)
      dz.addcmul_(even, share).scatter_add_(1, aim, share.neg())
    if gtable.numel() > 0:
      gtable.addmm_(dz.t(), x)
    return [torch.stack(losses, 0).sum().view([1]), torch.mm(dz, table)]
