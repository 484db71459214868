package org.moslora.visual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterPlan;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.llava.LlavaFolder;
import org.moslora.problems.Problems;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.InitFrom;
import org.moslora.training.recipe.RecipeSpellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.tuning.TuningDataBlock;
import org.moslora.tuning.TuningRecipe;

/** A recipe of this pipeline. */
public record VisualRecipe(
        @Meaning("visual-instruction-tuning") String pipeline,

        @Meaning("a Hugging Face LLaVA folder") @MustExist(MustExist.Thing.FOLDER)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") @Meaning("cpu, cuda or cuda:N") String device,
        @Default("{}") AdapterBlock adapter,
        @Nullable VisionAdapterBlock vision,
        @Default("{}") ProjectorBlock projector,
        @Default("{}") TrainingBlock training,
        TuningDataBlock data,
        @Default("{}") ValidationBlock validation)
        implements TuningRecipe {
    /** What an adapter sits on when the recipe is silent: the paper's choice in the language model. */
    static final List<String> TEXT_TARGETS = List.of("q_proj", "k_proj", "v_proj");

    static final List<String> ALL = List.of("all-linear");

    /** How recipes of this pipeline are read. */
    static final RunRecipe<VisualRecipe> READER =
            new RunRecipe<>(VisualRecipe.class, TuningDataBlock.spellings(RecipeSpellings.all()), VisualRecipe::output);

    public VisualRecipe {
        Problems problems = new Problems();
        VisualPlans.check(adapter, vision, projector, training.quantize(), problems);
        adapter.checkMoved(training.optimizer(), problems);
        problems.throwIfAny();
    }

    /** Makes a recipe in Java. */
    public static RecipeBuilder<VisualRecipe> builder() {
        return READER.builder("visual-instruction-tuning");
    }

    @Override
    public LlavaFolder open() {
        return LlavaFolder.open(model);
    }

    @Override
    public AdapterPlan adapters() {
        return new VisualPlans(this).adapters();
    }

    @Override
    public Map<String, Double> rates() {
        return new VisualPlans(this).rates();
    }

    @Override
    public InitFrom starts() {
        return new VisualPlans(this).starts();
    }

    @Override
    public List<String> wholes() {
        return new VisualPlans(this).wholes();
    }

    @Override
    public List<String> targets() {
        if (adapter.isFull()) {
            return List.of();
        }
        List<String> names = new ArrayList<>(adapter.targetsOr(TEXT_TARGETS).include());
        if (vision != null) {
            names.addAll(vision.adapter().targetsOr(ALL).include());
        }
        if (projector.adapter() != null) {
            names.addAll(projector.adapter().targetsOr(ALL).include());
        }
        return names.stream().distinct().toList();
    }
}
