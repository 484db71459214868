  # The autoencoder of Stable Diffusion besides what convolution.py and unet.py have of it. Pictures are [B, c, h, w].

  # One head of attention over all places of a picture, with a residual. ws: group norm, then weight and bias of to_q,
  # to_k, to_v, to_out. [y, q, k, v, attention, lse]: the output and what the backward pass needs besides x.
  def picture_attention_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, eps: float, composed: bool) -> List[Tensor]:
    bare = self.places(ps)
    n, m, r = self.group_norm(x, ws[0], ws[1], groups, eps)
    rows = self.to_rows(n)
    q = self.linear(rows, ws, ps, bare, 2, 0, 0.0, 0)
    k = self.linear(rows, ws, ps, bare, 2, 1, 0.0, 0)
    v = self.linear(rows, ws, ps, bare, 2, 2, 0.0, 0)
    o, lse = self.attend_rows(q, k, v, x.size(0), 1, False, composed)
    return [self.to_pictures(self.linear(o, ws, ps, bare, 2, 3, 0.0, 0), x.size()).add_(x), q, k, v, o, lse] + bare

  # [dx], where `need` says so.
  def picture_attention_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], groups: int, eps: float, composed: bool, need: bool) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.picture_attention_forward(x, ws, ps, groups, eps, composed)[1:]
    q, k, v, o, lse = saved[:5]
    bare = saved[5:]
    none = torch.empty([0])
    do = self.linear_back(self.to_rows(dy), o, none, ws, gws, ps, gps, bare, 2, 3, 0.0, 0, True)
    dq, dk, dv = self.attend_rows_back(do, q, k, v, o, lse, x.size(0), 1, False, composed)
    n, m, r = self.group_norm(x, ws[0], ws[1], groups, eps)
    rows = self.to_rows(n)
    below = need or gws[0].numel() > 0
    dn = self.linear_back(dq, rows, none, ws, gws, ps, gps, bare, 2, 0, 0.0, 0, below)
    dn = self.linear_back(dk, rows, dn, ws, gws, ps, gps, bare, 2, 1, 0.0, 0, below)
    dn = self.linear_back(dv, rows, dn, ws, gws, ps, gps, bare, 2, 2, 0.0, 0, below)
    if not below:
      return [none]
    return [self.group_norm_back(self.to_pictures(dn, x.size()), x, m, r, ws[0], gws[0], gws[1], groups).add_(dy)]

  # A resnet without time embedding and without a second input.
  def picture_resnet_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, eps: float) -> List[Tensor]:
    none = torch.empty([0])
    return self.resnet_forward(x, none, none, ws, ps, groups, eps, 0.0, 0)

  def picture_resnet_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], groups: int, eps: float, need: bool) -> List[Tensor]:
    none = torch.empty([0])
    return self.resnet_backward(dy, x, none, none, saved, ws, gws, ps, gps, groups, eps, 0.0, 0, need, False)

  # Halves a picture; unlike in the UNet the border is on the right and at the bottom only.
  def picture_halved_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor]) -> List[Tensor]:
    bare = self.places(ps)
    return [self.conv(torch.constant_pad_nd(x, [0, 1, 0, 1], 0), ws, ps, bare, 0, 0, 2, 0, 0.0, 0)] + bare

  def picture_halved_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], need: bool) -> List[Tensor]:
    if len(saved) == 0 and len(self.places(ps)) > 0:
      saved = self.picture_halved_forward(x, ws, ps)[1:]
    wide = torch.constant_pad_nd(x, [0, 1, 0, 1], 0)
    dx = self.conv_back(dy, wide, torch.empty([0]), ws, gws, ps, gps, saved, 0, 0, 2, 0, 0.0, 0, need)
    if not need:
      return [dx]
    return [torch.constant_pad_nd(dx, [0, -1, 0, -1], 0)]

  # [mean, deviation] in float32 of moments [B, 2·channels, height, width]
  def moments(self: __torch__.Kernels, x: Tensor) -> List[Tensor]:
    mean, log = x.to(6).chunk(2, 1)
    return [mean.contiguous(), torch.exp(log.clamp(-30.0, 20.0) * 0.5)]

  # (mean + deviation·noise) as the UNet sees it: less `shift` [channels], times `scale` [channels]
  def latents_of(self: __torch__.Kernels, mean: Tensor, deviation: Tensor, noise: Tensor, shift: Tensor, scale: Tensor) -> List[Tensor]:
    z = mean
    if noise.numel() > 0:
      z = mean + deviation * noise
    return [(z - shift.view([1, -1, 1, 1])) * scale.view([1, -1, 1, 1])]

  def latents_back(self: __torch__.Kernels, x: Tensor, shift: Tensor, scale: Tensor, format: int) -> List[Tensor]:
    return [(x / scale.view([1, -1, 1, 1]) + shift.view([1, -1, 1, 1])).to(format)]

  # mean + deviation·noise, [B, channels, h, w] in float32, of moments [B, 2·channels, h, w].
  def drawn(self: __torch__.Kernels, x: Tensor, noise: Tensor) -> List[Tensor]:
    mean, deviation = self.moments(x)
    return [torch.addcmul(mean, deviation, noise)]

  # The gradient of the moments: `own`, which they have from elsewhere, plus what comes through the drawn latents.
  def drawn_back(self: __torch__.Kernels, dz: Tensor, x: Tensor, noise: Tensor, own: Tensor) -> List[Tensor]:
    mean, log = x.to(6).chunk(2, 1)
    wide = dz.to(6)
    bounded = log.clamp(-30.0, 20.0)
    dlog = (torch.exp(bounded * 0.5) * 0.5).mul_(noise).mul_(wide).mul_(bounded == log)
    return [torch.cat([wide, dlog], 1).add_(own).to(x.dtype)]

  # What a made picture y lacks of x, and what its moments lack of standard normal ones: [terms, dy, dmoments]. Terms [5]:
  # the weighted sum; mean |e|, mean e², mean |∂e| along both sides together, for e = y - x; the mean over all latents of
  # (μ² + σ² - 1 - log σ²) / 2. The gradients are those of share · sum.
  def picture_loss(self: __torch__.Kernels, y: Tensor, x: Tensor, moments: Tensor, weights: List[float], share: float) -> List[Tensor]:
    e = y.to(6) - x
    right = e[:, :, :, 1:] - e[:, :, :, :-1]
    down = e[:, :, 1:] - e[:, :, :-1]
    mean, log = moments.to(6).chunk(2, 1)
    bounded = log.clamp(-30.0, 20.0)
    variance = torch.exp(bounded)
    edges = right.abs().mean() + down.abs().mean()
    divergence = (mean.square() + variance - 1.0 - bounded).mean() * 0.5
    terms = torch.stack([e.abs().mean(), e.square().mean(), edges, divergence])
    total = terms[0] * weights[0] + terms[1] * weights[1] + terms[2] * weights[2] + terms[3] * weights[3]
    dy = torch.sign(e).mul_(share * weights[0] / float(e.numel())).add_(e, alpha=2.0 * share * weights[1] / float(e.numel()))
    step = torch.sign(right).mul_(share * weights[2] / float(right.numel()))
    dy.add_(torch.constant_pad_nd(step, [1, 0], 0)).sub_(torch.constant_pad_nd(step, [0, 1], 0))
    step = torch.sign(down).mul_(share * weights[2] / float(down.numel()))
    dy.add_(torch.constant_pad_nd(step, [0, 0, 1, 0], 0)).sub_(torch.constant_pad_nd(step, [0, 0, 0, 1], 0))
    scale = share * weights[3] / float(mean.numel())
    dlog = (variance - 1.0).mul_(0.5 * scale).mul_(bounded == log)
    return [torch.cat([total.view([1]), terms]), dy, torch.cat([mean * scale, dlog], 1)]
