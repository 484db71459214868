package org.moslora.preference;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.console.recipe.RecipeBuilder;
import org.moslora.llama.BackboneFolder;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.training.recipe.AdapterBlock;
import org.moslora.training.recipe.RecipeSpellings;
import org.moslora.training.recipe.RunRecipe;
import org.moslora.training.recipe.TrainedComponents;
import org.moslora.training.recipe.TrainingBlock;
import org.moslora.training.recipe.ValidationBlock;
import org.moslora.training.report.ReportKind;
import org.moslora.tuning.ModelFolders;
import org.moslora.tuning.PreferenceBlock;
import org.moslora.tuning.TuningDataBlock;
import org.moslora.tuning.TuningRecipe;
import org.moslora.tuning.VisionAdapterBlock;

/** A recipe of this pipeline. */
public record PreferenceRecipe(
        @Meaning("preference-tuning") String pipeline,

        @Meaning("a Hugging Face folder of a vision-language or a text model") @MustExist(MustExist.Thing.MODEL_FOLDER)
        Path model,

        @Meaning("the run folder") Path output,
        @Default("cpu") @Meaning("cpu, cuda or cuda:N") String device,
        @Default("{}") AdapterBlock adapter,
        @Meaning("an adapter in the vision tower") @Nullable VisionAdapterBlock vision,
        @Default("{}") PreferenceBlock preference,
        @Default("{}") TrainingBlock training,
        TuningDataBlock data,
        @Default("{}") ValidationBlock validation,

        @Default("[]") @Meaning("boards that show its curves: tensorboard, mlflow")
        List<ReportKind> report)
        implements TuningRecipe {
    /** What an adapter sits on when the recipe is silent, in the language model. */
    private static final List<String> TARGETS = List.of("q_proj", "k_proj", "v_proj");

    private static final List<String> ALL = List.of("all-linear");
    private static final String HEAD = "lm_head.";

    /** How recipes of this pipeline are read. */
    static final RunRecipe<PreferenceRecipe> READER = new RunRecipe<>(
            PreferenceRecipe.class, TuningDataBlock.spellings(RecipeSpellings.all()), PreferenceRecipe::output);

    public PreferenceRecipe {
        Problems problems = new Problems();
        adapter.checkAlike(vision == null ? null : vision.adapter(), "vision.adapter", problems);
        adapter.checkHeld(training, problems);
        adapter.checkMoved(training.optimizer(), problems);
        if (data.trainOnInputs()) {
            problems.add("data.train_on_inputs", "does not go with pairs, which differ in their answers alone");
        }
        problems.throwIfAny();
    }

    /** Makes a recipe in Java. */
    public static RecipeBuilder<PreferenceRecipe> builder() {
        return READER.builder("preference-tuning");
    }

    @Override
    public BackboneFolder open() {
        BackboneFolder folder = ModelFolders.open(model);
        if (vision != null && folder.connector().isEmpty()) {
            Problems problems = new Problems();
            problems.add("vision", "is for a model that sees pictures, and %s is a text model", model);
            folder.close();
            problems.throwIfAny();
        }
        return folder;
    }

    @Override
    public TrainedComponents trained() {
        double common = training.learningRate();
        MultimodalConfig seeing = seeing();
        if (seeing == null) {
            return new TrainedComponents().add("adapter", adapter, TARGETS, common, "model.", "");
        }
        String text = seeing.names().prefix();
        TrainedComponents trained = new TrainedComponents().add("adapter", adapter, TARGETS, common, text, text, HEAD);
        if (vision != null) {
            Double own = vision.learningRate();
            trained.add(TOWER, vision.adapter(), ALL, own == null ? common : own, seeing.towerPath());
        }
        return trained;
    }

    /** The config of a model that sees; null for a text model. */
    private @Nullable MultimodalConfig seeing() {
        String type = ConfigSection.ofFolder(model, new Problems()).text("model_type", VisionFamilies.USUAL);
        return VisionFamilies.of(type).isPresent() ? VisionFamilies.config(model) : null;
    }
}
