package org.moslora.visual;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.llama.BackboneFolder;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.keys.LlavaKeys;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.RecipeSpellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.training.report.ReportKind;
import org.moslora.tuning.TuningDataBlock;
import org.moslora.tuning.TuningRecipe;
import org.moslora.tuning.VisionAdapterBlock;

/** A recipe of this pipeline. */
public record VisualRecipe(
        @Meaning("visual-instruction-tuning") String pipeline,

        @Meaning("a Hugging Face folder of a vision-language model") @MustExist(MustExist.Thing.MODEL_FOLDER)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") @Meaning("cpu, cuda or cuda:N") String device,
        @Default("{}") AdapterBlock adapter,
        @Nullable VisionAdapterBlock vision,
        @Default("{}") ProjectorBlock projector,
        @Default("{}") TrainingBlock training,
        TuningDataBlock data,
        @Default("{}") ValidationBlock validation,

        @Default("[]") @Meaning("boards that show its curves: tensorboard, mlflow")
        List<ReportKind> report)
        implements TuningRecipe {
    /** What an adapter sits on when the recipe is silent: the paper's choice in the language model. */
    private static final List<String> TEXT_TARGETS = List.of("q_proj", "k_proj", "v_proj");

    private static final List<String> ALL = List.of("all-linear");

    private static final String HEAD = "lm_head.";

    /** How recipes of this pipeline are read. */
    static final RunRecipe<VisualRecipe> READER =
            new RunRecipe<>(VisualRecipe.class, TuningDataBlock.spellings(RecipeSpellings.all()), VisualRecipe::output);

    public VisualRecipe {
        report = List.copyOf(report);
        Problems problems = new Problems();
        adapter.checkAlike(vision == null ? null : vision.adapter(), "vision.adapter", problems);
        projector.check(adapter.isFull(), problems);
        adapter.checkHeld(training, problems);
        adapter.checkMoved(training.optimizer(), problems);
        problems.throwIfAny();
    }

    /** Makes a recipe in Java. */
    public static RecipeBuilder<VisualRecipe> builder() {
        return READER.builder("visual-instruction-tuning");
    }

    @Override
    public BackboneFolder open() {
        return VisionFamilies.open(model);
    }

    /** What names of the model's tower or connector begin with; LLaVA's where the folder cannot be read. */
    private String path(Function<MultimodalConfig, String> part, String otherwise) {
        try {
            return part.apply(VisionFamilies.config(model));
        } catch (InvalidInput unread) {
            return otherwise; // whoever opens the folder says what is wrong with it
        }
    }

    @Override
    public TrainedComponents trained() {
        double common = training.learningRate();
        String tower = path(MultimodalConfig::towerPath, LlavaKeys.VISION);
        String between = path(MultimodalConfig::connectorPath, LlavaKeys.PROJECTOR);
        TrainedComponents trained = new TrainedComponents()
                .add("adapter", adapter, TEXT_TARGETS, common, LlavaKeys.TEXT, LlavaKeys.TEXT, HEAD);
        if (vision != null) {
            Double own = vision.learningRate();
            trained.add(TOWER, vision.adapter(), ALL, own == null ? common : own, tower);
        }
        AdapterBlock connector = projector.adapter();
        if (connector != null) {
            trained.add("projector.adapter", connector, ALL, projector.learningRate(), between);
        } else if (projector.train()) {
            trained.add("projector", projector.learningRate(), between);
        }
        return trained;
    }
}
