  # The autoencoder of Stable Diffusion besides its resnets, which convolution.py has. Pictures, no backward pass.

  # One head of attention over all places of a picture, with a residual. ws: group norm, then weight and bias of to_q,
  # to_k, to_v, to_out.
  def picture_attention(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], groups: int, eps: float, composed: bool) -> List[Tensor]:
    bare = annotate(List[Tensor], [])
    n, m, r = self.group_norm(x, ws[0], ws[1], groups, eps)
    rows = self.to_rows(n)
    q = self.linear(rows, ws, ps, bare, 2, 0, 0.0, 0)
    k = self.linear(rows, ws, ps, bare, 2, 1, 0.0, 0)
    v = self.linear(rows, ws, ps, bare, 2, 2, 0.0, 0)
    o, lse = self.attend_rows(q, k, v, x.size(0), 1, False, composed)
    return [self.to_pictures(self.linear(o, ws, ps, bare, 2, 3, 0.0, 0), x.size()).add_(x)]

  # Halves a picture; unlike in the UNet the border is on the right and at the bottom only.
  def picture_halved(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor]) -> List[Tensor]:
    bare = annotate(List[Tensor], [])
    return [self.conv(torch.constant_pad_nd(x, [0, 1, 0, 1], 0), ws, ps, bare, 0, 0, 2, 0, 0.0, 0)]

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
