package org.moslora.adapters.kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.moslora.adapters.form.FactorKind;
import org.moslora.adapters.form.TensorRole;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/**
 * The kinds of adapter, trained and in files: each is one {@link Formula}, which says everything about it. Our own are
 * the constants, others are found as services.
 */
public final class AdapterKind implements FactorKind {
    /** ΔW = s·B·A (Hu et al. 2021, arXiv:2106.09685). */
    public static final AdapterKind LORA = new AdapterKind(new Lora());
    /** ΔW = s·B·M·A with a learnable mixer M (Wu et al. 2024, arXiv:2406.11909). */
    public static final AdapterKind MOSLORA = new AdapterKind(new Moslora());
    /** MoSLoRA with the fixed mixer [[I, I], [I, I]]: two subspaces, each mixed with each (the same paper, section 3.2). */
    public static final AdapterKind BUTTERFLY = new AdapterKind(new Butterfly());
    /** ΔW = s·B·G·A with a core G that starts at zero (Si et al. 2024, arXiv:2405.14739). */
    public static final AdapterKind FLORA = new AdapterKind(new Flora());
    /** ΔW = s·B·diag(E)·A under a budget of ranks (Zhang et al. 2023, arXiv:2303.10512). */
    public static final AdapterKind ADALORA = new AdapterKind(new AdaLora());
    /** LoRA under a magnitude for every output (Liu et al. 2024, arXiv:2402.09353). */
    public static final AdapterKind DORA = new AdapterKind(new Dora());
    /** ΔW = s·(a₁·b₁) ⊙ (a₂·b₂) (Hyeon-Woo et al. 2022, arXiv:2108.06098). */
    public static final AdapterKind LOHA = new AdapterKind(new Loha());
    /** ΔW = s·small ⊗ large (Yeh et al. 2023, arXiv:2309.14859). */
    public static final AdapterKind LOKR = new AdapterKind(new Lokr());
    /** Several B·A, of which a router chooses for every position (Shazeer et al. 2017, arXiv:1701.06538). */
    public static final AdapterKind MOE_LORA = new AdapterKind(new MoeLora());

    private static final List<AdapterKind> ALL = withServices();

    private final Formula formula;

    private AdapterKind(Formula formula) {
        this.formula = formula;
    }

    private static List<AdapterKind> withServices() {
        List<AdapterKind> all =
                new ArrayList<>(List.of(LORA, MOSLORA, BUTTERFLY, FLORA, ADALORA, DORA, LOHA, LOKR, MOE_LORA));
        ServiceLoader.load(Formula.class, AdapterKind.class.getClassLoader())
                .forEach(formula -> all.add(new AdapterKind(formula)));
        return List.copyOf(all);
    }

    /** All that is particular to it. */
    public Formula formula() {
        return formula;
    }

    /** Whether something holds of it. */
    public boolean has(Trait trait) {
        return formula.traits().contains(trait);
    }

    /** As recipes spell it, and people call it: {@code moe-lora}. */
    public String recipeName() {
        return formula.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String label(boolean magnitude) {
        AdapterKind bare = inFiles();
        return !magnitude ? bare.recipeName() : bare == LORA ? DORA.recipeName() : bare.recipeName() + "-dora";
    }

    /** What its layers are in files: DoRA's are LoRA's with a magnitude. */
    public AdapterKind inFiles() {
        return has(Trait.DECOMPOSED) ? LORA : this;
    }

    @Override
    public String peftType() {
        return inFiles().formula.name();
    }

    /** What it is in PEFT's folders: a pair that PEFT lacks becomes LoRA, as what is between goes into A. */
    public AdapterKind inPeft() {
        return has(Trait.LOW_RANK) && !has(Trait.PEFT) ? LORA : this;
    }

    @Override
    public Set<TensorRole> ownRoles() {
        return formula.ownRoles();
    }

    @Override
    public boolean hasBareKeys() {
        return has(Trait.BARE_KEYS);
    }

    /** All that there are, ours first. */
    public static List<AdapterKind> all() {
        return ALL;
    }

    /** All names that recipes know. */
    public static List<String> names() {
        return ALL.stream().map(AdapterKind::recipeName).toList();
    }

    /** All {@code peft_type} that folders may have. */
    public static List<String> peftTypes() {
        return ALL.stream().map(AdapterKind::peftType).distinct().toList();
    }

    /**
     * Reads a recipe's name.
     *
     * @throws InvalidInput when there is no such kind
     */
    public static AdapterKind of(String name) {
        return ALL.stream()
                .filter(kind -> kind.recipeName().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidInput("kind", "no adapter kind \"" + name + "\"" + NearestName.hint(name, names())));
    }

    /** The kind of the layers of a folder with this {@code peft_type}. */
    public static Optional<AdapterKind> ofPeftType(String type) {
        return ALL.stream().filter(kind -> kind.peftType().equals(type)).findFirst();
    }

    /** The kind that a file without settings must mean. */
    public static AdapterKind shownBy(Set<TensorRole> roles) {
        if (roles.stream().anyMatch(role -> role.name().startsWith("HADAMARD"))) {
            return LOHA;
        }
        if (roles.stream().anyMatch(role -> role.name().startsWith("KRONECKER"))) {
            return LOKR;
        }
        return roles.contains(TensorRole.MIXER) ? MOSLORA : LORA;
    }

    @Override
    public String toString() {
        return recipeName();
    }
}
