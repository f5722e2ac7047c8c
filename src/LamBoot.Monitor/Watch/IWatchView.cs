using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>A way to show a watch.</summary>
internal interface IWatchView
{
    /// <summary>Shows a survey.</summary>
    void Show(SurveyResult result);

    /// <summary>Ends the watch.</summary>
    void End();
}
