  # The update of a step, on flat float32 buffers.

  # pair [layers, r, in] = scale · mixer·down, written over `into` in its format
  def fold(self: __torch__.Kernels, mixer: Tensor, down: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(torch.bmm(mixer, down).mul_(scale))
    return [into]

  def fold_plain(self: __torch__.Kernels, down: Tensor, scale: float, into: Tensor) -> List[Tensor]:
    into.copy_(down * scale)
    return [into]

  # The chain rule through fold: adds to the gradients of mixer and down.
  def pull_back(self: __torch__.Kernels, gradient: Tensor, mixer: Tensor, down: Tensor, scale: float, gmixer: Tensor, gdown: Tensor) -> List[Tensor]:
    gmixer.baddbmm_(gradient, down.transpose(1, 2), alpha=scale)
    gdown.baddbmm_(mixer.transpose(1, 2), gradient, alpha=scale)
    return [gmixer]

  def pull_back_plain(self: __torch__.Kernels, gradient: Tensor, scale: float, gdown: Tensor) -> List[Tensor]:
    gdown.add_(gradient, alpha=scale)
    return [gdown]

  def zero(self: __torch__.Kernels, xs: List[Tensor]) -> List[Tensor]:
    for x in xs:
      x.zero_()
    return xs

  # The norm of all gradients before clipping; they are scaled down to `limit` where it is above 0 and exceeded.
  def clip(self: __torch__.Kernels, gradient: Tensor, limit: float) -> List[Tensor]:
    norm = torch.linalg_vector_norm(gradient, 2)
    if limit > 0.0:
      gradient.mul_(torch.clamp(limit / (norm + 1e-6), max=1.0))
    return [norm]

  # AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) as PyTorch has it, one fused pass; step counts from 1.
  def adamw(self: __torch__.Kernels, value: Tensor, gradient: Tensor, first: Tensor, second: Tensor, step: int, rate: float, beta1: float, beta2: float, eps: float, decay: float) -> List[Tensor]:
    count = torch.full([], float(step), dtype=6, device=value.device)
    # The list that is written to must be the one that is returned: the compiler drops the call as dead otherwise.
    values = [value]
    torch._fused_adamw_(values, [gradient], [first], [second], [], [count], lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
    return values
