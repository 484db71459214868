package org.moslora.adapters.kind;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** The kinds of adapter that can be trained; each is one {@link Formula}. */
public enum AdapterKind {
    /** ΔW = s·B·A (Hu et al. 2021, arXiv:2106.09685). */
    LORA(new Lora()),
    /** ΔW = s·B·M·A with a learnable mixer M (Wu et al. 2024, arXiv:2406.11909). */
    MOSLORA(new Moslora()),
    /** MoSLoRA with the fixed mixer [[I, I], [I, I]]: two subspaces, each mixed with each (the same paper, section 3.2). */
    BUTTERFLY(new Butterfly()),
    /** ΔW = s·B·G·A with a core G that starts at zero (Si et al. 2024, arXiv:2405.14739). */
    FLORA(new Flora()),
    /** ΔW = s·B·diag(E)·A under a budget of ranks (Zhang et al. 2023, arXiv:2303.10512). */
    ADALORA(new AdaLora()),
    /** LoRA under a magnitude for every output (Liu et al. 2024, arXiv:2402.09353). */
    DORA(new Lora()),
    /** ΔW = s·(a₁·b₁) ⊙ (a₂·b₂) (Hyeon-Woo et al. 2022, arXiv:2108.06098). */
    LOHA(new Loha()),
    /** ΔW = s·small ⊗ large (Yeh et al. 2023, arXiv:2309.14859). */
    LOKR(new Lokr()),
    /** Several B·A, of which a router chooses for every position (Shazeer et al. 2017, arXiv:1701.06538). */
    MOE_LORA(new MoeLora());

    private final Formula formula;

    AdapterKind(Formula formula) {
        this.formula = formula;
    }

    Formula formula() {
        return formula;
    }

    /** As recipes spell it. */
    public String recipeName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code peft_type} of the native folder: PEFT's own where it has the kind. */
    public String peftType() {
        return this == DORA ? LORA.name() : name();
    }

    /** All names that recipes know. */
    public static List<String> names() {
        return Arrays.stream(values()).map(AdapterKind::recipeName).toList();
    }

    /**
     * Reads a recipe's name.
     *
     * @throws InvalidInput when there is no such kind
     */
    public static AdapterKind of(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.recipeName().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput("kind", "no adapter kind \"" + name + "\"" + NearestName.hint(name, names())));
    }
}
